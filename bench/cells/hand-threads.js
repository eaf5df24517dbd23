// The bar for known costs: threads that are each sent their share at once, by hand.
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { spin } from "./spin-task.js";

if (!isMainThread) parentPort.on("message", (costs) => parentPort.postMessage(costs.map(spin)));

/** Worker threads among which costs are dealt out: the longest first, each to who has least. */
export class HandThreads {
  #threads;

  /** @param {number} count */
  constructor(count) {
    this.#threads = Array.from({ length: count }, () => new Worker(new URL(import.meta.url)));
  }

  /**
   * @param {readonly number[]} costs
   * @returns {Promise<number[]>} what was spun for each
   */
  async run(costs) {
    const shares = this.#threads.map(() => ({ sum: 0, indices: [] }));
    const longestFirst = costs.map((_, i) => i).sort((a, b) => costs[b] - costs[a]);
    for (const i of longestFirst) {
      const least = shares.reduce((a, b) => (b.sum < a.sum ? b : a));
      least.sum += costs[i];
      least.indices.push(i);
    }
    const results = new Array(costs.length);
    await Promise.all(
      shares.map(async ({ indices }, k) => {
        const thread = this.#threads[k];
        const answer = new Promise((resolve) => thread.once("message", resolve));
        thread.postMessage(indices.map((i) => costs[i]));
        for (const [j, result] of (await answer).entries()) results[indices[j]] = result;
      }),
    );
    return results;
  }

  async close() {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}
