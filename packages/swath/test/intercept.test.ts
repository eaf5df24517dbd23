import { describe, expect, test } from "vitest";
import { createPool, map, type Report, range } from "../src/index.ts";
import { interceptJobs, type JobCall } from "../src/plugin.ts";

describe("interceptJobs", () => {
  test("shows each call before it starts, and starts what is given back", async () => {
    const seen: JobCall[] = [];
    const stop = interceptJobs((call) => {
      seen.push(call);
      return { ...call, options: { ...call.options, workers: 0 } };
    });
    expect(await map(range(3), (i) => i + 1, { workers: 2 })).toEqual([1, 2, 3]);
    stop();
    expect(await map(range(2), (i) => i, { workers: 0 })).toEqual([0, 1]);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ request: { verb: "map" }, poolWorkers: undefined });
  });

  test("knows how many workers the pool has that a call is made on", async () => {
    const seen: JobCall[] = [];
    const stop = interceptJobs((call) => {
      seen.push(call);
      return call;
    });
    const pool = createPool({ workers: 0 });
    await pool.map([1], (x) => x);
    await pool.close();
    stop();
    expect(seen.map(({ poolWorkers }) => poolWorkers)).toEqual([0]);
  });
});

describe("a call with a sample", () => {
  test.each([
    [100, { groups: 4, each: 2 }, [11, 12, 36, 37, 61, 62, 86, 87]],
    [5, { groups: 5, each: 1 }, [0, 1, 2, 3, 4]],
    [7, { groups: 1, each: 7 }, [0, 1, 2, 3, 4, 5, 6]],
    [10, { groups: 3, each: 3 }, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  ])("of %i items runs the groups %j, and no others", async (length, sample, expected) => {
    const ran: number[] = [];
    const reports: Promise<Report>[] = [];
    const stop = interceptJobs((call, { explain, run }) => {
      expect(explain(call)).toMatchObject({ items: length, workers: 0 });
      reports.push(run({ ...call, sample }));
      return { ...call, source: range(0) as never };
    });
    await map(range(length), (i) => void ran.push(i), { workers: 0 });
    stop();
    const [report] = await Promise.all(reports);
    expect(ran).toEqual(expected);
    expect(report?.items).toBe(expected.length);
  });
});
