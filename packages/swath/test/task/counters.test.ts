import { createPool, map, range } from "swath";
import { afterAll, describe, expect, test } from "vitest";

describe("what a closure captured", () => {
  const pool = createPool({ workers: 2 });
  afterAll(() => pool.close());

  test("crosses once for each worker and job, not for each chunk", async () => {
    const captured = { list: [1, 2, 3] };
    const counts = new Int32Array(new SharedArrayBuffer(64));
    const revived = () => {
      const key = Symbol.for("swath.worker/1");
      return (globalThis as unknown as Record<symbol, { revived: number }>)[key]?.revived;
    };
    const seen = await pool.map(
      range(64),
      async (_, { worker }) => {
        Atomics.add(counts, worker, 1);
        const marked = captured as { by?: number };
        marked.by = (marked.by ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, 1));
        return { worker, times: marked.by, revived: revived() };
      },
      { chunk: 4, schedule: "dynamic" },
    );
    for (const worker of [0, 1]) {
      const own = seen.filter((one) => one.worker === worker);
      expect(own.map(({ times }) => times)).toEqual(own.map((_, i) => i + 1));
      for (const one of own) expect(one.revived).toBe(1);
    }
    expect((captured as { by?: number }).by).toBe(undefined);
    expect((counts[0] as number) + (counts[1] as number)).toBe(64);
  });

  test("is one memory where it is shared, of any size", async () => {
    const memory = new SharedArrayBuffer(1024 ** 3);
    const grid = new Uint8Array(memory, 4096, 1024 ** 3 - 4096);
    const nested = { grid, tail: new Int32Array(memory, 1024 ** 3 - 8) };
    const before = process.memoryUsage().rss;
    const seen = await pool.map(range(4), (i) => {
      Atomics.add(nested.tail, 0, 1);
      grid[i] = i + 1;
      return nested.grid.buffer === grid.buffer;
    });
    expect(seen).toEqual([true, true, true, true]);
    expect(nested.tail[0]).toBe(4);
    expect([...grid.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1024 * 1024);
  });

  test("is as it was when the job started, and read anew for the next", async () => {
    let factor = 2;
    const times = (x: number) => x * factor;
    const first = pool.map([1, 2, 3], times);
    factor = 10;
    const second = pool.map([1, 2, 3], times);
    expect([await first, await second]).toEqual([
      [2, 4, 6],
      [10, 20, 30],
    ]);
  });

  test("reaches `init` and folds, too", async () => {
    const base = 5;
    const init = () => ({ offset: base * 2 });
    const states = await map([1, 2], (x, { state }) => x + (state as { offset: number }).offset, {
      workers: 1,
      init,
    });
    expect(states).toEqual([11, 12]);
    const fold = (total: number, x: number) => total + x * base;
    const combine = (a: number, b: number) => a + b;
    expect(await pool.reduce([1, 2, 3], fold, { initial: 0, combine })).toBe(30);
  });

  test("is one thing to the task and to its `init`", async () => {
    class Parser {
      readonly kind = "parser";
    }
    const registry = {
      entries: new Map<string, number>(),
      put(key: string, value: number) {
        this.entries.set(key, value);
      },
    };
    const init = () => {
      registry.put("a", 5);
      return new Parser();
    };
    const seen = await map(
      [1],
      (_, { state }) => [state instanceof Parser, registry.entries.get("a")],
      { workers: 1, init },
    );
    expect(seen).toEqual([[true, 5]]);
  });
});
