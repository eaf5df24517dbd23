import { unsendablePart } from "./codecs/unsendable.ts";
import type { FailureCause } from "./driver/events.ts";
import {
  InterruptedError,
  isSwathError,
  messageOf,
  NestedJobError,
  NotSendableError,
  previewOf,
  type SwathError,
  TaskFailedError,
  type TaskFailure,
  TasksFailedError,
  TaskTimeoutError,
  WorkerDiedError,
} from "./errors.ts";
import type { JobItems } from "./job-items.ts";
import type { JobPlan } from "./plan.ts";
import type { ItemFailure } from "./protocol/messages.ts";
import { joinStacks } from "./protocol/stacks.ts";

/** Makes the errors of one job: each says which item, what it was, where, and who asked. */
export class JobErrors {
  readonly #plan: JobPlan;
  readonly #items: JobItems;

  constructor(plan: JobPlan, items: JobItems) {
    this.#plan = plan;
    this.#items = items;
  }

  /** An item failed in a worker. */
  ofItem(worker: number, failure: ItemFailure): SwathError {
    if (isSwathError(failure.error, "SWATH_SOURCE_FAILED")) return failure.error;
    const { itemIndex, preview, attempt, error } = failure;
    return this.#joined(
      new TaskFailedError(this.#failure(worker, itemIndex, attempt, preview), { cause: error }),
    );
  }

  /** What swath itself found while a worker loaded the task says all; else the user's code threw. */
  ofLoading(worker: number, stage: "load" | "init", error: unknown): SwathError {
    if (isSwathError(error, "SWATH_NESTED_JOB")) return this.#ofNestedJob(error);
    if (isSwathError(error)) return error;
    const failure = { ...this.#failure(worker, -1, 1, ""), stage };
    return this.#joined(new TaskFailedError(failure, { cause: error }));
  }

  /** The program was imported only because a function of it could not be sent as text. */
  #ofNestedJob(error: SwathError): SwathError {
    const { task, init } = this.#plan.spec;
    for (const reference of [task, init]) {
      if (reference?.kind !== "export" || reference.refusal === undefined) continue;
      const { refusal } = reference;
      const message = `${refusal}. So its module was imported instead, but ${error.message}`;
      return this.#joined(new NestedJobError(message, { cause: error }));
    }
    return error;
  }

  /** An item whose own callback ended its worker. */
  ofCulprit(worker: number, itemIndex: number, attempt: number, error: unknown): SwathError {
    const failure = this.#failure(worker, itemIndex, attempt);
    return this.#joined(new TaskFailedError(failure, { cause: error }));
  }

  /** An item that took longer than the option `timeout`. */
  ofTimeout(worker: number, itemIndex: number, attempt: number): TaskTimeoutError {
    const failure = this.#failure(worker, itemIndex, attempt);
    return this.#joined(new TaskTimeoutError(failure, this.#plan.timeout as number));
  }

  /** The items of a chunk cannot be cloned. */
  ofItems(chunk: { start: number; end: number }, cause: unknown): SwathError {
    if (isSwathError(cause)) return cause;
    const { startItem } = this.#items.rangeOf(chunk);
    return new NotSendableError(
      `Cannot send the items from ${startItem} on to a worker: ${messageOf(cause)}. ` +
        "Items must be plain data or typed arrays",
      { cause },
    );
  }

  /** An item cannot be cloned. */
  ofUnsendable(itemIndex: number, item: unknown, cause: unknown): SwathError {
    const { path } = unsendablePart(item, "item");
    const way = /detached/.test(messageOf(cause))
      ? "Its memory has been moved before: to a worker that is gone, or with another item. Leave " +
        "out `move` where items must outlive their worker"
      : "Items must be plain data or typed arrays";
    const error = new NotSendableError(
      `Cannot send item ${itemIndex} ${previewOf(item)} to a worker, because of \`${path}\`: ` +
        `${messageOf(cause)}. ${way}`,
      { cause, itemIndex },
    );
    return this.#joined(error);
  }

  /** What a job, or an item of it, rejects with. */
  ofCause(cause: Exclude<FailureCause, { readonly kind: "stopped" }>): unknown {
    switch (cause.kind) {
      case "task":
        return cause.error;
      case "cancelled":
        return cause.reason ?? new DOMException("The job was cancelled", "AbortError");
      case "unstartable":
        return this.#ofStart(cause.worker, cause.reason, messageOf(cause.reason));
      case "lost":
        return this.#ofLoss(cause);
    }
  }

  /** A worker that the job goes on without. */
  ofRetired(worker: number, reason: unknown): SwathError {
    const more = "That was the third time in a row: the job goes on with its other workers";
    return this.#ofStart(worker, reason, `${messageOf(reason)}. ${more}`);
  }

  /** Items failed in a job that went on without them. */
  ofItemsFailed(errors: readonly SwathError[], failed: number): SwathError {
    return this.#joined(new TasksFailedError(errors, failed));
  }

  /** The job was stopped before its end. */
  ofStop(state: ConstructorParameters<typeof InterruptedError>[0], reason: unknown): SwathError {
    return this.#joined(new InterruptedError(state, { cause: reason }));
  }

  /** A worker ended before it had begun with anything. */
  #ofStart(worker: number, cause: unknown, why: string): SwathError {
    const loss = { worker, itemIndex: -1, start: -1, end: -1, preview: "", losses: 0 };
    return this.#joined(new WorkerDiedError(loss, why, { cause }));
  }

  #ofLoss({ worker, chunk, item, reason }: FailureCause & { readonly kind: "lost" }): SwathError {
    const { startItem: start, endItem: end } = this.#items.rangeOf(chunk);
    const itemIndex = end - start === 1 ? start : (item ?? -1);
    const preview = itemIndex < 0 ? "" : this.#preview(itemIndex);
    const loss = { worker, itemIndex, start, end, preview, losses: chunk.attempt };
    return this.#joined(new WorkerDiedError(loss, messageOf(reason), { cause: reason }));
  }

  #failure(
    worker: number,
    itemIndex: number,
    attempt: number,
    preview = this.#preview(itemIndex),
  ): TaskFailure {
    const { task, spec } = this.#plan;
    const attempts = spec.retries + 1;
    return { task: task.name, itemIndex, preview, worker, attempt, attempts };
  }

  #preview(index: number): string {
    const item = this.#items.item(index);
    return item === undefined ? "" : previewOf(item);
  }

  /** The frames that matter: those of the task, then those of the caller. */
  #joined<E extends SwathError>(error: E): E {
    const remote = (error.cause as { readonly stack?: unknown } | undefined)?.stack;
    const stack = joinStacks(
      `${error.name}: ${error.message}`,
      typeof remote === "string" ? remote : undefined,
      this.#plan.site,
    );
    return Object.defineProperty(error, "stack", {
      value: stack,
      configurable: true,
      writable: true,
    });
  }
}
