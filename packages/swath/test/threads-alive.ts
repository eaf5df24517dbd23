import type { Worker } from "node:worker_threads";

/** Threads that this process has started since and that have not ended. */
export function watchThreads(): { readonly started: number; readonly alive: number } {
  const alive = new Set<Worker>();
  let started = 0;
  process.on("worker", (worker) => {
    started++;
    alive.add(worker);
    worker.once("exit", () => alive.delete(worker));
  });
  return {
    get started() {
      return started;
    },
    get alive() {
      return alive.size;
    },
  };
}
