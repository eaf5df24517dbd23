import type { ThreadOptions } from "./thread-options.ts";

/** Counts what a worker has done, and says when it should be replaced. */
export class Wear {
  readonly #maxItems: number;
  readonly #maxMemory: number;
  #items = 0;

  constructor(limits: Pick<ThreadOptions, "maxItemsPerWorker" | "maxMemoryPerWorker">) {
    this.#maxItems = limits.maxItemsPerWorker ?? Infinity;
    this.#maxMemory = limits.maxMemoryPerWorker ?? Infinity;
  }

  /** Counts items; returns why the worker should be replaced, if it should. */
  add(items: number): string | undefined {
    this.#items += items;
    if (this.#items >= this.#maxItems) {
      return `it has done ${this.#items} items (\`maxItemsPerWorker\`: ${this.#maxItems})`;
    }
    if (this.#maxMemory === Infinity) return undefined;
    const { heapUsed, external } = process.memoryUsage();
    const bytes = heapUsed + external;
    if (bytes < this.#maxMemory) return undefined;
    return `it holds ${bytes} bytes (\`maxMemoryPerWorker\`: ${this.#maxMemory})`;
  }
}
