import { Collector, type Failed, type Part, type Values } from "./driver/collector.ts";
import type { SwathError } from "./errors.ts";
import { writtenResults } from "./into.ts";
import type { JobErrors } from "./job-error.ts";
import type { Journal } from "./journal/journal.ts";
import type { SharedView } from "./protocol/shared-view.ts";
import type { Chunk } from "./schedules/schedule.ts";

/** Errors that are kept for the one that a job which goes on after failures ends with. */
const MAX_KEPT_ERRORS = 1_000;

/** Results that were there before the job began. */
export type FinishedPart = Chunk & { readonly values: ArrayLike<unknown> };

/** How a job ended. */
export type Outcome = { readonly error?: unknown };

/** What a job has come to so far: kept until it is taken, noted in the journal if there is one. */
export class JobResults {
  readonly #journal: Journal | undefined;
  readonly #jobErrors: JobErrors;
  readonly #into: SharedView | undefined;
  readonly #collector = new Collector();
  /** Whether failed items are given as results: then they are no reason to reject. */
  #settles = false;
  #failedCount = 0;
  readonly #errors: SwathError[] = [];
  #outcome: Outcome | undefined;
  #wake: (() => void) | undefined;

  /**
   * @param into where workers write the results, if they do
   * @param done what is done already, where that is not in the journal
   */
  constructor(
    journal: Journal | undefined,
    jobErrors: JobErrors,
    {
      into,
      done = [],
    }: { into?: SharedView | undefined; done?: readonly FinishedPart[] | undefined },
  ) {
    this.#into = into;
    this.#journal = journal;
    this.#jobErrors = jobErrors;
    for (const chunk of journal?.finished ?? done) this.#collector.add(oldPart(chunk));
  }

  /** Items that failed for good. */
  get failedCount(): number {
    return this.#failedCount;
  }

  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** Gives up the order. */
  disorder(): void {
    this.#collector.disorder();
  }

  /** Failed items are no reason to reject in the end. */
  settle(): void {
    this.#settles = true;
  }

  /** Adds what became of a chunk. Items that failed are not journalled: resuming tries them. */
  add({ start, end }: Chunk, values: Values, failed: readonly Failed[] = []): void {
    for (const { error } of failed) this.#noteFailed(error as SwathError);
    this.#record(start, end, values, failed);
    const part = { start, end, failed };
    const into = this.#into;
    this.#collector.add(
      into === undefined
        ? { ...part, values }
        : {
            ...part,
            // Views, made only for who asks for them.
            get values() {
              return writtenResults(into, start, end);
            },
          },
    );
    this.#notify();
  }

  /** Nothing more will come. */
  end(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#notify();
  }

  /**
   * The parts as they are ready, in order unless it was given up.
   *
   * @param onTaken called with each part when the next is asked for
   * @throws what the job failed with, after the parts before the failure
   */
  async *parts(onTaken: (part: Part) => void): AsyncGenerator<Part> {
    for (;;) {
      for (const part of this.#collector.take()) {
        yield part;
        onTaken(part);
      }
      if (this.#collector.isReady) continue;
      if (this.#outcome !== undefined) return this.#conclude(this.#outcome);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #conclude(outcome: Outcome): void {
    if ("error" in outcome) throw outcome.error;
    if (this.#failedCount === 0 || this.#settles) return;
    throw this.#jobErrors.ofItemsFailed(this.#errors, this.#failedCount);
  }

  #noteFailed(error: SwathError): void {
    this.#failedCount++;
    if (this.#errors.length < MAX_KEPT_ERRORS) this.#errors.push(error);
  }

  #record(start: number, end: number, values: Values, failed: readonly Failed[]): void {
    if (this.#journal === undefined) return;
    let from = start;
    for (const index of [...failed.map((one) => one.index), end]) {
      if (index > from) {
        const part = values.length === 0 ? [] : values.slice(from - start, index - start);
        this.#journal.record(from, index, part);
      }
      from = index + 1;
    }
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** Those that a journal has are read from the file when they are taken. */
function oldPart(chunk: FinishedPart): Part {
  const { start, end } = chunk;
  return {
    start,
    end,
    failed: [],
    isOld: true,
    get values() {
      return chunk.values as readonly unknown[];
    },
  };
}
