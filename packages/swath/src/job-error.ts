import type { ChunkRun, FailureCause } from "./driver/events.ts";
import { messageOf, WorkerDiedError } from "./errors.ts";

/**
 * What a job rejects with.
 *
 * @param itemsOf the items of a chunk, whose own indices may count blocks of items
 */
export function jobError(
  cause: Exclude<FailureCause, { readonly kind: "stopped" }>,
  itemsOf: (chunk: ChunkRun) => { readonly startItem: number; readonly endItem: number },
): unknown {
  switch (cause.kind) {
    case "task":
      return cause.error;
    case "cancelled":
      return cause.reason ?? new DOMException("The job was cancelled", "AbortError");
    case "unstartable": {
      const where = { worker: cause.worker, start: -1, end: -1, losses: 0 };
      return new WorkerDiedError(where, messageOf(cause.reason), { cause: cause.reason });
    }
    case "lost": {
      const { worker, chunk, reason } = cause;
      const { startItem: start, endItem: end } = itemsOf(chunk);
      const where = { worker, start, end, losses: chunk.attempt };
      return new WorkerDiedError(where, messageOf(reason), { cause: reason });
    }
  }
}
