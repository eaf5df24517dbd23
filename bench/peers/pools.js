// One adapter per pool: how its own documentation starts it, calls it and ends it. `inc` adds 1 to a
// number; `incAll` adds 1 to each of many (the hand-batched use).
import { fileURLToPath } from "node:url";

const entry = (name) => fileURLToPath(new URL(`./${name}-entry.js`, import.meta.url));

/**
 * Each loads its package, then returns a function that starts the pool, so that loading is not timed.
 *
 * @type {Record<string, (threads: number) => Promise<() => { inc(x: number): Promise<number>,
 *   incAll(xs: number[]): Promise<number[]>, close(): Promise<unknown> }>>}
 */
export const pools = {
  async piscina(threads) {
    const { Piscina } = await import("piscina");
    return () => {
      const pool = new Piscina({
        filename: entry("piscina"),
        minThreads: threads,
        maxThreads: threads,
      });
      return {
        inc: (x) => pool.run(x, { name: "inc" }),
        incAll: (xs) => pool.run(xs, { name: "incAll" }),
        close: () => pool.destroy(),
      };
    };
  },

  async tinypool(threads) {
    const { default: Tinypool } = await import("tinypool");
    return () => {
      const pool = new Tinypool({
        filename: entry("piscina"),
        minThreads: threads,
        maxThreads: threads,
      });
      return {
        inc: (x) => pool.run(x, { name: "inc" }),
        incAll: (xs) => pool.run(xs, { name: "incAll" }),
        close: () => pool.destroy(),
      };
    };
  },

  async workerpool(threads) {
    const { default: workerpool } = await import("workerpool");
    return () => {
      const pool = workerpool.pool(entry("workerpool"), {
        workerType: "thread",
        minWorkers: threads,
        maxWorkers: threads,
      });
      return {
        inc: (x) => pool.exec("inc", [x]),
        incAll: (xs) => pool.exec("incAll", [xs]),
        close: () => pool.terminate(),
      };
    };
  },

  async poolifier(threads) {
    const { FixedThreadPool } = await import("poolifier");
    return () => {
      const pool = new FixedThreadPool(threads, entry("poolifier"));
      return {
        inc: (x) => pool.execute(x, "inc"),
        incAll: (xs) => pool.execute(xs, "incAll"),
        close: () => pool.destroy(),
      };
    };
  },
};
