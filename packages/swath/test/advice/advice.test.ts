import { describe, expect, test } from "vitest";
import { adviceOf, counsel } from "../../src/advice/advice.ts";
import { RULES } from "../../src/advice/registry.ts";
import { verdictOf } from "../../src/advice/verdict.ts";
import { type RecordedRun, recordedRunOf } from "../../src/replay/recorded-run.ts";
import { replayer } from "../../src/replay/replay.ts";
import type { RunRecord } from "../../src/replay/run-record.ts";
import { even, type Made, madeRecord } from "./made-record.ts";

const GB = 1e9;
const IDLE: Made = { costs: even(400, 0.01), workers: 4 };

/** Records with one fault each, and what they must be told. */
const FAULTS: readonly {
  readonly id: string;
  readonly fault: string;
  readonly record: RunRecord;
  readonly says: RegExp;
}[] = [
  {
    id: "SW101",
    fault: "each item is a chunk that costs more to hand out than to run",
    record: madeRecord(
      { costs: even(20_000, 1e-6), chunk: 1, encode: 40e-6, pause: 150e-6 },
      { options: { chunk: 1 } },
    ),
    says: /leave `chunk` out|chunk: \d+/,
  },
  {
    id: "SW102",
    fault: "the last large chunk runs alone",
    record: madeRecord({ costs: even(400, 0.01), chunk: 300 }, { options: { chunk: 300 } }),
    says: /leave `chunk` out|chunk: \d+/,
  },
  {
    id: "SW103",
    fault: "one strip of four takes five times as long as the others",
    record: madeRecord({
      costs: [...even(30, 0.01), ...even(30, 0.05), ...even(60, 0.01)],
      workers: 4,
      chunk: 30,
      schedule: "static",
    }),
    says: /schedule: "(steal|guided)"/,
  },
  {
    id: "SW201",
    fault: "a captured value is copied to four workers",
    record: madeRecord(
      { ...IDLE, ready: 0.6 },
      { routes: { broadcast: { route: "copy", copied: GB, moved: 0, seconds: 0.5 } } },
    ),
    says: /share\(/,
  },
  {
    id: "SW202",
    fault: "large arrays are copied by the caller's thread",
    record: copying(2 * GB, 1.4),
    says: /move\(/,
  },
  {
    id: "SW203",
    fault: "results are rebuilt in the caller's thread",
    record: madeRecord(
      { costs: even(1_000, 1e-4), chunk: 10, encode: 1e-4, pause: 19e-3 },
      {
        serialization: { workerDecode: 0, workerEncode: 0.1, driverEncode: 0, driverDecode: 0.8 },
        routes: { results: { route: "copy", copied: 30e6, moved: 0, seconds: 0.9 } },
      },
    ),
    says: /results: "columns"|reduce/,
  },
  {
    id: "SW204",
    fault: "objects are cloned that workers could make",
    record: copying(0.1 * GB, 1.4),
    says: /where an item is/,
  },
  {
    id: "SW301",
    fault: "the caller's own code keeps the thread that hands out work",
    record: madeRecord({ costs: even(200, 1e-3), pause: 19e-3 }, { driver: { busy: 1.9 } }),
    says: /after the job/,
  },
  {
    id: "SW302",
    fault: "sixteen workers are started for two cores",
    record: madeRecord(
      { costs: even(640, 0.04), workers: 16, ready: 0.4 },
      { environment: { cores: 2 } },
    ),
    says: /workers: 2/,
  },
  {
    id: "SW303",
    fault: "items take twice as long side by side as alone",
    record: madeRecord(IDLE, { computeScaling: { value: 0.5, low: 0.45, high: 0.55 } }),
    says: /smaller/,
  },
  {
    id: "SW401",
    fault: "moving items takes longer than working on them",
    record: madeRecord({ costs: even(1_000, 1e-4), chunk: 10, decode: 5e-3 }),
    says: /inline: "auto"/,
  },
  {
    id: "SW402",
    fault: "a third of the run is the start of the workers",
    record: madeRecord({ ...IDLE, ready: 0.5 }),
    says: /createPool/,
  },
  {
    id: "SW501",
    fault: "a gigabyte lies in memory five times",
    record: madeRecord(IDLE, {
      routes: { broadcast: { route: "copy", copied: 4 * GB, moved: 0, seconds: 0 } },
      memory: { peakResident: 5 * GB },
    }),
    says: /share\(/,
  },
  {
    id: "SW502",
    fault: "each byte is read three times",
    record: madeRecord(IDLE, {
      routes: { bytesRead: 3 * GB, bytesNeeded: GB },
      perWorker: [0, 1, 2, 3].map((worker) => ({ worker, ready: 0, read: 0.5 })),
    }),
    says: /blocks/,
  },
  {
    id: "SW601",
    fault: "half of the time in items is garbage collection",
    record: withGarbage(madeRecord(IDLE)),
    says: /buffers/,
  },
];

/** The caller's thread copies `bytes` in `seconds`, and workers wait for it. */
function copying(bytes: number, seconds: number, arrays?: number): RunRecord {
  const chunks = 200;
  const pause = (2 * seconds) / chunks;
  return madeRecord(
    { costs: even(chunks, 1e-3), pause },
    {
      serialization: { workerDecode: 0, workerEncode: 0, driverEncode: seconds, driverDecode: 0 },
      driver: { busy: seconds },
      routes: { input: { route: "copy", copied: bytes, moved: 0, arrays, seconds } },
    },
  );
}

function withGarbage(record: RunRecord): RunRecord {
  const { buckets } = record;
  if (buckets === undefined) return record;
  const gc = buckets.useful / 2;
  return { ...record, buckets: { ...buckets, gc, useful: gc } };
}

describe("each rule", () => {
  test("has a fault here", () => {
    expect(FAULTS.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
  });

  test.each(FAULTS)("$id: $fault", ({ id, record, says }) => {
    const found = adviceOf(record).find((advice) => advice.id === id);
    expect(found?.change).toMatch(says);
    expect(found?.evidence).toMatch(/\d/);
    expect(found?.docs).toBe(`docs/rules/${id}.md`);
  });

  test.each(RULES)("$id says nothing of an even run", ({ id }) => {
    expect(adviceOf(madeRecord(IDLE)).map((advice) => advice.id)).not.toContain(id);
  });

  test.each(FAULTS)("$id needs what it needs, and no more", ({ record }) => {
    for (const key of Object.keys(record)) {
      const { [key as keyof RunRecord]: _, ...rest } = record;
      expect(() => verdictOf(rest as RunRecord)).not.toThrow();
    }
  });
});

describe("advice", () => {
  test("comes with the largest saving first, none below 2 % or 0.1 s", () => {
    for (const { record } of FAULTS) {
      const advice = adviceOf(record);
      const savings = advice.map(({ savingSeconds }) => savingSeconds);
      expect(savings).toEqual([...savings].sort((a, b) => b - a));
      for (const { id, savingSeconds } of advice) {
        if (id === "SW501") continue;
        expect(savingSeconds).toBeGreaterThanOrEqual(Math.max(0.1, 0.02 * (record.wall ?? 0)));
      }
    }
  });

  test("has no figures of a run that took no time, or none that a clock could tell", () => {
    for (const { record } of FAULTS) {
      for (const wall of [0, 5e-324, 7e-310]) {
        expect(verdictOf({ ...record, wall })).not.toMatch(/Infinity|NaN/);
      }
    }
  });

  test("tells arrays from objects where copying them is as slow", () => {
    const found = (record: RunRecord) => adviceOf(record).map(({ id }) => id);
    expect(found(copying(GB / 10, 1, GB / 10))).toContain("SW202");
    expect(found(copying(GB / 10, 1))).not.toContain("SW202");
  });

  test("on a short run is silence", () => {
    const short = { costs: [...even(30, 1e-4), ...even(30, 5e-4)], chunk: 30, schedule: "static" };
    expect(adviceOf(madeRecord(short))).toEqual([]);
  });

  test("is withheld, and that is said, where the replay misses the run by more than 5 %", () => {
    const fault = FAULTS.find(({ id }) => id === "SW103")?.record as RunRecord;
    const wall = 1.2 * (fault.wall as number);
    const unlike = { ...fault, wall };
    expect(counsel(unlike)).toMatchObject({ advice: [], isWithheld: true });
    expect(verdictOf(unlike)).toMatch(/advice is withheld/);
  });

  test("of a run in place, or of a record without chunks, is none", () => {
    expect(adviceOf({})).toEqual([]);
    expect(adviceOf({ ...madeRecord(IDLE), executor: "inline" })).toEqual([]);
  });

  test("of a straggler of many items is `steal` where `guided` seems little better", () => {
    const costs = [...even(24, 0.1), ...even(24, 0.03)];
    const halves = madeRecord({ costs, workers: 2, chunk: 24, schedule: "static" });
    const predict = replayer(recordedRunOf(halves) as RecordedRun);
    const [steal, guided] = (["steal", "guided"] as const).map((schedule) => {
      return predict({ schedule, chunk: null }).wall;
    }) as [number, number];
    expect(guided).toBeLessThan(steal);
    expect(guided).toBeGreaterThan(0.97 * steal);
    expect(adviceOf(halves)[0]).toMatchObject({
      id: "SW103",
      change: expect.stringContaining('"steal"'),
    });
  });

  test("predicts what the advised run then takes, to 2 %", () => {
    const costs = [...even(30, 0.01), ...even(30, 0.05), ...even(60, 0.01)];
    const computeScaling = { value: 1, low: 1, high: 1 };
    const skewed = { costs, workers: 4, chunk: 30, schedule: "static" } as const;
    const before = madeRecord(skewed, { computeScaling });
    const after = madeRecord({ costs, workers: 4 });
    const [first] = adviceOf(before);
    const saved = (before.wall as number) - (after.wall as number);
    expect(first?.id).toBe("SW103");
    expect(Math.abs((first?.savingSeconds ?? 0) / saved - 1)).toBeLessThan(0.02);
  });
});

describe("the verdict", () => {
  test("says first that a run was slower than one thread", () => {
    const slow = FAULTS.find(({ id }) => id === "SW401")?.record as RunRecord;
    expect(verdictOf(slow)).toMatch(
      /^\d+\.\d× slower than one thread: each item is 100 µs of work/,
    );
  });

  test("gives the speed-up, the biggest loss, and what the changes would give", () => {
    const fault = FAULTS.find(({ id }) => id === "SW103")?.record as RunRecord;
    expect(verdictOf({ ...fault, speedup: 1.6 })).toMatch(
      /^1\.60× of 4×\. Biggest loss: waiting at the end \(\d+\.\d %\)\. One change \(SW103\) would give \d+\.\d ms \(\d\.\d\d×\)\.$/,
    );
  });

  test("takes what workers waited for a core out of their time at work, and says it", () => {
    const even = madeRecord(IDLE);
    const waited = (even.wall as number) / 4;
    const perWorker = (even.perWorker ?? []).map((w) => ({ ...w, runQueue: waited }));
    const [before, after] = [verdictOf(even), verdictOf({ ...even, perWorker })];
    expect(before).not.toMatch("waiting for a core");
    expect(after).toMatch("Biggest loss: waiting for a core (25.0 %)");
    const shareOf = (text: string) => Number(/for ([\d.]+) % of the time/.exec(text)?.[1]);
    expect(shareOf(before) - shareOf(after)).toBeCloseTo(25, 0);
  });
});
