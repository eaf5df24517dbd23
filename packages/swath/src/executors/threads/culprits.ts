import { createHook, executionAsyncResource } from "node:async_hooks";

/** An item of a job. */
export interface Culprit {
  readonly job: number;
  readonly itemIndex: number;
}

const OWNER = Symbol("swath.owner");
type Owned = { [OWNER]?: Culprit | undefined };

/**
 * Knows which item caused what runs now, even if other items have run since: whatever an item
 * begins (a timer, a promise, a socket) is marked as its own, and so is all that follows from
 * it. Costs nothing in a synchronous task, and about 60 ns for each promise of others.
 */
export class Culprits {
  #isWatching = false;
  #job = -1;
  #context: { readonly index: number } | undefined;
  /** Most items begin several things: they share one mark. */
  #last: Culprit = { job: -1, itemIndex: -1 };

  /** From now on in this thread. */
  watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    createHook({
      init: (_id, _type, _trigger, resource) => {
        const owner = this.current();
        if (owner !== undefined) (resource as Owned)[OWNER] = owner;
      },
    }).enable();
  }

  /** Until {@link leave} an item is being called, `context` telling which. Not to be nested. */
  enter(job: number, context: { readonly index: number }): void {
    this.#job = job;
    this.#context = context;
  }

  /** The item has returned; what it left behind is still its own. */
  leave(): void {
    this.#context = undefined;
  }

  /** The item that caused what runs now. */
  current(): Culprit | undefined {
    if (this.#context === undefined) return this.of(executionAsyncResource());
    const { index } = this.#context;
    if (this.#last.itemIndex !== index || this.#last.job !== this.#job) {
      this.#last = { job: this.#job, itemIndex: index };
    }
    return this.#last;
  }

  /** The item that made `resource`, as a promise. */
  of(resource: object): Culprit | undefined {
    return (resource as Owned)[OWNER];
  }
}
