import { whyUnsendable } from "./codecs/unsendable.ts";
import type { ChunkRun, Culprit } from "./driver/events.ts";
import type { OpenJob, Sent } from "./executors/executor.ts";
import type { JobErrors } from "./job-error.ts";
import type { JobItems } from "./job-items.ts";
import type { JobPlan } from "./plan.ts";

/** What a sender works with, and whom it tells. */
export interface SenderOf {
  readonly plan: JobPlan;
  readonly items: JobItems;
  readonly job: OpenJob;
  readonly errors: JobErrors;
  /** Whether the worker is still to have the chunk: much may happen until its items have come. */
  readonly isWanted: (worker: number, chunk: ChunkRun) => boolean;
  /** Whether the items after one that fails are run. */
  readonly keepsGoing: () => boolean;
  readonly onSent: (worker: number, sent: Sent) => void;
  /** These indices cannot be sent, nor can the chunk. */
  readonly onFailed: (worker: number, chunk: ChunkRun, failed: readonly Culprit[]) => void;
  /** The items cannot be had or sent, and none of them is known to be the reason. */
  readonly onRefused: (error: unknown) => void;
}

/** Sends chunks to workers with the items that travel. */
export class ChunkSender {
  readonly #of: SenderOf;

  constructor(of: SenderOf) {
    this.#of = of;
  }

  /** At once where its items are at hand. Never rejects: what fails is said to who made this. */
  async send(worker: number, chunk: ChunkRun): Promise<void> {
    const { plan, job, isWanted, keepsGoing, onSent } = this.#of;
    let items: ArrayLike<unknown> | undefined;
    try {
      const payload = this.#of.items.payload(chunk);
      if (payload !== undefined && "then" in payload) {
        items = await payload;
        if (!isWanted(worker, chunk)) return;
      } else items = payload;
      const isFresh = plan.route === "move";
      const sent = job.run(worker, { ...chunk, items, isFresh, keepGoing: keepsGoing() });
      if (sent !== undefined) onSent(worker, sent);
    } catch (cause) {
      // Not at once: a source whose every item is refused would pile up calls within calls.
      await Promise.resolve();
      if (isWanted(worker, chunk)) this.#refused(worker, chunk, items, cause);
    }
  }

  /** A chunk could not be sent: the items that are the reason have failed. */
  #refused(
    worker: number,
    chunk: ChunkRun,
    items: ArrayLike<unknown> | undefined,
    cause: unknown,
  ): void {
    const { plan, errors, onFailed, onRefused } = this.#of;
    const { startItem } = this.#of.items.rangeOf(chunk);
    const failed = new Map<number, Culprit>();
    for (const [i, item] of Array.from(items ?? []).entries()) {
      const itemIndex = startItem + i;
      const index = Math.floor(itemIndex / plan.spec.unit);
      const reason = failed.has(index) ? undefined : whyUnsendable(item);
      if (reason === undefined) continue;
      failed.set(index, { index, error: errors.ofUnsendable(itemIndex, item, reason.cause) });
    }
    if (failed.size === 0) onRefused(errors.ofItems(chunk, cause));
    else onFailed(worker, chunk, [...failed.values()]);
  }
}
