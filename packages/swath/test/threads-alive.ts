import type { Worker } from "node:worker_threads";
import { afterEach, expect } from "vitest";

/** Threads that this process has started since the call and that have not ended. */
export interface Threads {
  readonly started: number;
  readonly alive: number;
}

/** Watches threads, and asserts after each test that they end. */
export function watchThreads(): Threads {
  const alive = new Set<Worker>();
  let started = 0;
  process.on("worker", (worker) => {
    started++;
    alive.add(worker);
    worker.once("exit", () => alive.delete(worker));
  });
  afterEach(() => expect.poll(() => alive.size, { timeout: 5_000 }).toBe(0));
  return {
    get started() {
      return started;
    },
    get alive() {
      return alive.size;
    },
  };
}
