import { explain, range, SharedArray, table } from "swath";
import { describe, expect, test } from "vitest";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

const threads = watchThreads();

describe("explain says, and starts nothing,", () => {
  test("where a loop begins, and why", () => {
    const begin = (options: object) => {
      const { begins, why } = explain(range(10), tasks.inc, { workers: 2, ...options });
      return `${begins}: ${why}`;
    };
    expect(begin({})).toBe('on threads: `inline` is "never"');
    expect(begin({ inline: "auto" })).toMatch(/^in place: `inline` is "auto": threads take over/);
    expect(begin({ inline: "auto", timeout: 5 })).toMatch(/^on threads: `timeout` needs threads/);
    expect(begin({ inline: "auto", stdio: "stderr" })).toBe("on threads: `stdio` is for threads");
    expect(begin({ workers: 0 })).toBe("in place: `workers` is 0");
    expect(threads.started).toBe(0);
  });

  test("which way the items go, with bytes", () => {
    const input = (source: Iterable<unknown>) => explain(source, tasks.echo).input;
    expect(input(new Float64Array(1_000))).toMatchObject({ route: "move", bytes: 8_000 });
    const shared = new Float64Array(new SharedArrayBuffer(8_000));
    expect(input(shared)).toMatchObject({ route: "share", bytes: 0 });
    const pages = Array.from({ length: 100 }, () => new Uint8Array(500));
    expect(input(pages)).toMatchObject({ route: "copy", bytes: 50_000 });
    expect(input(new Set([1]))).toMatchObject({ route: "copy", bytes: undefined });
    expect(explain(range(9), tasks.inc).input).toMatchObject({ route: "read", bytes: 0 });
  });

  test("which way shared arrays, tables and results go", () => {
    const grid = SharedArray.create("float64", [10, 4]);
    const into = SharedArray.create("float64", [10, 4]);
    const rows = explain(grid.rows(), (row) => row, { workers: 2, into });
    expect(rows.input).toMatchObject({ route: "share", bytes: 0 });
    expect(rows.results).toMatchObject({ route: "share", bytes: 0 });
    const cities = explain(table({ lon: [1, 2], lat: [3, 4] }), (city) => city, {
      workers: 2,
      results: "columns",
    });
    expect(cities.input).toMatchObject({ route: "copy" });
    expect(cities.results).toMatchObject({ route: "move" });
    expect(String(explain([1], tasks.inc, { workers: 2 }))).toMatch(/results {5}packed in columns/);
  });

  test("how workers find the function, why they cannot, and what would be lost", () => {
    let sum = 0;
    const seen: number[] = [];
    const table = new Float64Array(1_000);
    expect(explain([1], tasks.inc).found).toBe("by reference");
    const reads = explain([1], (x: number) => x + (table[0] as number), { workers: 2 });
    expect(reads.found).toBe("as text with what it captured");
    expect(reads.broadcast).toMatchObject({ route: "copy", bytes: 8_000 });
    const writes = explain([1], (x: number) => {
      sum += x;
    });
    expect(writes).toMatchObject({ found: undefined, refusal: expect.stringContaining("`sum`") });
    const fills = explain([1], (x: number) => seen.push(x));
    expect(fills.warning).toMatch(/^A task writes into `seen`, which it captured/);
    expect(sum + seen.length).toBe(0);
  });

  test("the same as text", () => {
    const explained = explain(new Float64Array(1_000), tasks.inc, { workers: 2, inline: "auto" });
    expect(String(explained)).toMatchInlineSnapshot(`
      "inc over 1,000 items of kind Float64Array: 2 threads, schedule auto
        begins      in place: \`inline\` is "auto": threads take over if they would be done sooner
        function    by reference
        items       move, ~8.00 kB, ~4.3 µs to send, ~0 µs to receive: each chunk's part is copied once, and the copy moved
        broadcast   no \`with\`, nothing captured, or shared memory
        results     packed in columns and moved, or as JSON, or by structured clone: the first show which
        start       45.0 ms until threads are ready"
    `);
    expect(structuredClone({ ...explained }).task).toBe("inc");
  });
});
