import { ChunkSender } from "./chunk-sender.ts";
import type { Failed, Part } from "./driver/collector.ts";
import type { ChunkRun, DriverCommand, DriverEvent, FailureCause } from "./driver/events.ts";
import { isIn } from "./driver/loss.ts";
import { Driver } from "./driver/state.ts";
import { InvalidOptionError, messageOf, type SwathError } from "./errors.ts";
import type { Executor, ExecutorEvent, OpenJob } from "./executors/executor.ts";
import { afterHead, type HeadOutcome } from "./head-start.ts";
import { JobErrors } from "./job-error.ts";
import { JobItems } from "./job-items.ts";
import { JobRecording } from "./job-recording.ts";
import { type FinishedPart, JobResults, type Outcome } from "./job-results.ts";
import type { Journal } from "./journal/journal.ts";
import type { JobPlan } from "./plan.ts";
import { now } from "./protocol/clock.ts";
import type { ChunkSpan, ItemFailure } from "./protocol/messages.ts";
import { referenceOf } from "./protocol/reference.ts";
import type { LiveFigures } from "./report/recorder.ts";
import type { Report } from "./report/report.ts";
import { ResultWindow } from "./result-window.ts";
import type { Chunk } from "./schedules/schedule.ts";
import type { AnyFunction } from "./task/task.ts";
import { timeSlices } from "./time-slices.ts";
import { WorkerLosses } from "./worker-losses.ts";

/** How long the running chunks of a stopped job may take to end. */
const STOP_GRACE_MS = 5_000;

/** A function that is at hand need not be looked up; a stub of `fromModule` must be. */
function localOf(fn: AnyFunction | undefined): AnyFunction | undefined {
  return referenceOf(fn)?.kind === "export" ? undefined : fn;
}

/** How results leave a job. */
export type Consumption = "undecided" | "collect" | "ordered" | "unordered" | "none";

/** What is done of a job before it begins: by a journal, or by a head start. */
export interface Before {
  /** Where finished chunks are noted, too. */
  readonly journal?: Journal | undefined;
  readonly head?: HeadOutcome | undefined;
  /** What is to become of it, before it hands anything out. */
  readonly wish?: ((run: JobRun) => void) | undefined;
}

/** How far a job is. */
export interface Progress {
  /** Items done. */
  readonly done: number;
  /** Number of items; undefined while it is not known. */
  readonly total: number | undefined;
  /** Items of `done` whose results were in the job's journal when it began. */
  readonly resumed: number;
  /** Milliseconds since the job started. */
  readonly elapsed: number;
  /** Items that failed, in a job that goes on after failures; counted in `done` too. */
  readonly failed: number;
}

/**
 * Carries out one job: hands the driver what happens and does what it orders. The policy is the
 * driver's, the items are `job-items.ts`, how chunks are sent `chunk-sender.ts`, what becomes of
 * lost workers `worker-losses.ts`, the results `job-results.ts`.
 */
export class JobRun {
  /** Settles when nothing of the job runs any more; never rejects. */
  readonly over: Promise<void>;
  /** Settles when the outcome is clear and the journal closed, before anybody has the results. */
  readonly decided: Promise<void>;
  readonly #plan: JobPlan;
  readonly #workers: number;
  readonly #driver: Driver;
  readonly #job: OpenJob;
  readonly #errors: JobErrors;
  readonly #sender: ChunkSender;
  readonly #losses: WorkerLosses;
  readonly #recording: JobRecording | undefined;
  readonly #journal: Journal | undefined;
  /** When it ended, of a job that was over before it was made one. */
  readonly #wasOver: number | undefined;
  readonly #resumed: number;
  readonly #items: JobItems;
  readonly #window: ResultWindow;
  readonly #results: JobResults;
  #endedAt: number | undefined;
  readonly #release: () => Promise<void>;
  readonly #onAbort = () => this.cancel(this.#plan.signal?.reason);
  #consumption: Consumption = "undecided";
  /** Whether the items after one that fails are run. */
  #keepsGoing = false;
  /** Whether its end was asked for. */
  #isUnwanted = false;
  #taken = { items: 0, chunks: 0 };
  #settle!: () => void;
  #decide!: () => void;
  #report: Promise<Report | undefined> | undefined;

  /**
   * @param release called when the job no longer needs the executor
   * @param before what is finished already
   */
  constructor(
    plan: JobPlan,
    executor: Executor,
    release: () => Promise<void>,
    before: Before = {},
  ) {
    const { journal, head } = before;
    this.#plan = plan;
    this.#release = release;
    this.#journal = journal;
    this.#wasOver = head?.isWhole ? head.end : undefined;
    this.#workers = executor.workers;
    this.#items = new JobItems(plan);
    this.#window = new ResultWindow(plan, executor.workers);
    if (head !== undefined) {
      const microseconds = (head.end - head.begin) * 1e3;
      plan.schedule.observe?.({ start: 0, end: head.count }, 0, microseconds);
    }
    this.#driver = new Driver({
      schedule: plan.schedule,
      itemCount: plan.indexCount,
      workers: executor.workers,
      window: this.#window.size,
      finished: journal?.finished ?? (head && [{ start: 0, end: head.count }]) ?? plan.skipped,
      retries: plan.spec.retries,
    });
    if (plan.isRecorded) {
      this.#recording = new JobRecording(plan, executor.workers, this.#items);
    }
    this.#errors = new JobErrors(plan, this.#items);
    const { into } = plan.spec;
    this.#results = new JobResults(journal, this.#errors, { into, done: head && doneBy(head) });
    this.#resumed = head === undefined ? this.progress.done : 0;
    void journal?.failed.then((error) => this.#cancel(error));
    this.over = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.decided = new Promise((resolve) => {
      this.#decide = resolve;
    });
    const { fn } = plan.task;
    const own = head === undefined ? { task: localOf(fn) } : afterHead(head, fn);
    const local = { ...own, init: localOf(plan.init) } as never;
    const { spec, loadTimeout } = plan;
    const mayHold = plan.timeout !== undefined && plan.workers > 0;
    const remaining = () => this.#driver.remaining;
    const isMeasured = plan.isRecorded;
    const slicer = timeSlices(plan);
    const request = { spec, local, loadTimeout, mayHold, remaining, isMeasured, slicer };
    this.#job = executor.open(request, (event) => this.#on(event));
    this.#recording?.opened(this.#job);
    if (head !== undefined) this.#recording?.ran(head);
    this.#sender = this.#makeSender();
    this.#losses = this.#makeLosses(mayHold ? plan.timeout : undefined);
    if (plan.onError === "collect") this.keepGoing();
    plan.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (plan.signal?.aborted) this.#onAbort();
    before.wish?.(this);
    this.#step({ kind: "available", ...this.#items.available });
  }

  /** Says how the results will be taken; from then on the window is what that allows. */
  consume(how: Exclude<Consumption, "undecided">): void {
    const keepsAll = how === "collect" || how === "none";
    const holdsEarly = how === "ordered" && !this.#plan.schedule.inOrder;
    if (holdsEarly && this.#plan.inFlight !== undefined) {
      const hint =
        ". It must hold early results for the order; take `unordered()`, or another schedule";
      const what = `absent for an ordered stream under the schedule ${this.#plan.scheduleName}`;
      throw new InvalidOptionError("inFlight", what, this.#plan.inFlight, hint);
    }
    this.#consumption = how;
    if (how === "unordered") this.#results.disorder();
    this.#window.bound(!keepsAll && !holdsEarly);
    this.#tellWindow();
  }

  /** From now on an item that fails does not end the job. */
  keepGoing(): void {
    this.#keepsGoing = true;
    this.#step({ kind: "collect" });
  }

  /** As {@link keepGoing}; and the failed items are no reason to reject in the end. */
  settle(): void {
    this.#results.settle();
    this.keepGoing();
  }

  /** Where results are written. */
  get into(): unknown {
    return this.#plan.into;
  }

  /** As what the results are wanted. */
  get results(): "values" | "columns" {
    return this.#plan.spec.results;
  }

  get consumption(): Consumption {
    return this.#consumption;
  }

  get progress(): Progress {
    const done = this.#driver.doneItems * this.#plan.spec.unit;
    const { total } = this.#items;
    return {
      done: total === undefined ? done : Math.min(done, total),
      total,
      resumed: this.#resumed,
      elapsed: (this.#endedAt ?? now()) - this.#plan.begin,
      failed: this.#results.failedCount,
    };
  }

  /** What was measured so far, if anything is; of the chunks, those from `from` on. */
  live(from: number): LiveFigures | undefined {
    return this.#recording?.live(from);
  }

  /** Ends the job; it rejects with `reason`. */
  cancel(reason: unknown): void {
    this.#isUnwanted = true;
    this.#cancel(reason);
  }

  #cancel(reason: unknown): void {
    this.#step({ kind: "cancel", reason });
  }

  /**
   * Ends the job gently: nothing more is handed out, and what runs has {@link STOP_GRACE_MS} to
   * end before it is cancelled. Rejects with InterruptedError, `reason` as its cause.
   */
  stop(reason?: unknown): void {
    this.#isUnwanted = true;
    this.#step({ kind: "drain", reason });
    if (this.#results.outcome !== undefined) return;
    const late = setTimeout(() => this.cancel(this.#interrupted(reason)), STOP_GRACE_MS).unref();
    void this.over.then(() => clearTimeout(late));
  }

  /**
   * What was measured, once the job is over; undefined where nothing was recorded. Made when it is
   * first asked for: it takes milliseconds, which the next job would miss.
   */
  get report(): Promise<Report | undefined> {
    this.#report ??= this.over.then(() => this.#recording?.report());
    return this.#report;
  }

  /**
   * The parts of the results as they are ready, in order unless it was given up. Each part
   * counts as taken when the next is asked for.
   *
   * @throws what the job failed with, after the parts before the failure
   */
  parts(): AsyncGenerator<Part> {
    return this.#results.parts(({ start, end, isOld }) => {
      if (isOld) return;
      const { items, chunks } = this.#taken;
      this.#taken = { items: items + end - start, chunks: chunks + 1 };
      if (this.#consumption !== "collect") this.#step({ kind: "consumed", ...this.#taken });
    });
  }

  #makeSender(): ChunkSender {
    return new ChunkSender({
      plan: this.#plan,
      items: this.#items,
      job: this.#job,
      errors: this.#errors,
      isWanted: (worker, chunk) => this.#held(worker, chunk.id) !== undefined,
      keepsGoing: () => this.#keepsGoing,
      onSent: (worker, sent) => this.#recording?.sent({ worker, ...sent }),
      onFailed: (worker, { id: chunk }, failed) =>
        this.#step({ kind: "failed", worker, chunk, failed }),
      onRefused: (error) => this.#cancel(error),
    });
  }

  #makeLosses(timeout: number | undefined): WorkerLosses {
    const heldBy = (worker: number) => this.#driver.heldBy(worker);
    const { unit } = this.#plan.spec;
    const workers = this.#workers;
    return new WorkerLosses(
      { unit, workers, job: this.#job, errors: this.#errors, heldBy },
      timeout,
    );
  }

  #on(event: ExecutorEvent): void {
    switch (event.kind) {
      case "joined":
        this.#recording?.joined(event.worker, event.at);
        return this.#step({ kind: "joined", worker: event.worker });
      case "unready": {
        const error = this.#errors.ofLoading(event.worker, event.stage, event.error);
        return this.#step({ kind: "unready", worker: event.worker, error });
      }
      case "done":
        return this.#done(event);
      case "part":
        return this.#part(event);
      case "returned":
        return this.#returned(event);
      case "failed":
        return this.#itemFailed(event);
      case "left":
        return this.#left(event);
      default:
        event satisfies never;
    }
  }

  #done(event: ExecutorEvent & { readonly kind: "done" }): void {
    const { worker, span, chunk: id } = event;
    const chunk = this.#running(worker, id);
    if (chunk === undefined) return;
    this.#take(chunk, event);
    this.#step({ kind: "done", worker, chunk: id, microseconds: microsecondsOf(span) });
    this.#calibrate(worker, chunk, span);
    this.#items.release(this.#driver.firstOpen);
  }

  #part(event: ExecutorEvent & { readonly kind: "part" }): void {
    const { worker, until, span, chunk: id } = event;
    const chunk = this.#running(worker, id);
    if (chunk === undefined) return;
    const part = { start: chunk.start, end: until };
    this.#take(part, event);
    const microseconds = span && microsecondsOf(span);
    this.#step({ kind: "part", worker, chunk: id, until, microseconds });
    if (span !== undefined) this.#calibrate(worker, part, span);
    this.#items.release(this.#driver.firstOpen);
  }

  /** The results of a chunk have come, or of the part of it that was measured until now. */
  #take(part: Chunk, { worker, span, values, failures, decode }: CameBack): void {
    const recording = this.#recording;
    if (span !== undefined) {
      recording?.done({ span, worker, range: this.#items.rangeOf(part) }, values, decode);
    }
    this.#results.add(part, recording?.timed(values) ?? values, this.#failed(worker, failures));
    if (this.#window.sawResults(values)) this.#tellWindow();
  }

  #calibrate(worker: number, { start, end }: Chunk, span: ChunkSpan): void {
    const wish = this.#recording?.calibrate(this.#driver, worker, end - start, span);
    if (wish !== undefined) this.#step(wish);
  }

  #returned({ worker, chunk }: ExecutorEvent & { readonly kind: "returned" }): void {
    if (this.#held(worker, chunk) !== undefined) this.#step({ kind: "revoked", worker, chunk });
  }

  #failed(worker: number, failures: readonly ItemFailure[]): readonly Failed[] {
    return failures.map((failure) => {
      return { index: failure.itemIndex, error: this.#errors.ofItem(worker, failure) };
    });
  }

  #itemFailed({ worker, chunk: id, failure }: ExecutorEvent & { readonly kind: "failed" }): void {
    const chunk = this.#running(worker, id);
    if (chunk === undefined) return;
    const index = Math.floor(failure.itemIndex / this.#plan.spec.unit);
    const error = this.#errors.ofItem(worker, failure);
    if (!isIn(chunk, index)) return this.#cancel(error);
    this.#step({ kind: "failed", worker, chunk: id, failed: [{ index, error }] });
  }

  #left(event: ExecutorEvent & { readonly kind: "left" }): void {
    this.#recording?.left(event.worker, now(), event.begun === undefined ? 0 : 1);
    this.#step(this.#losses.left(event));
  }

  #held(worker: number, id: number): ChunkRun | undefined {
    return this.#driver.heldBy(worker).find((chunk) => chunk.id === id);
  }

  /** A chunk of which something has come; undefined where nobody waits for it any more. */
  #running(worker: number, id: number): ChunkRun | undefined {
    return this.#driver.isOver ? undefined : this.#held(worker, id);
  }

  #step(event: DriverEvent): void {
    for (const command of this.#driver.handle(event)) this.#carryOut(command);
  }

  #carryOut(command: DriverCommand): void {
    switch (command.kind) {
      case "run":
        return this.#send(command.worker, command.chunk);
      case "revoke":
        return this.#revoke(command.worker, command.chunk);
      case "pull":
        return void this.#items.pull(command.until, () => this.#announce());
      case "settle": {
        const { index } = command;
        const failed = [{ index, error: this.#errorOf(command.cause) }];
        return this.#results.add({ start: index, end: index + 1 }, [undefined], failed);
      }
      case "retire":
        this.#job.retire(command.worker);
        return process.emitWarning(this.#errors.ofRetired(command.worker, command.reason));
      case "late":
        return process.emitWarning(this.#errorOf(command.cause) as Error);
      case "finish": {
        // A source that threw has ended: what came before it is done, then the job fails. So it
        // does if the journal could not keep the very last results.
        const error = this.#items.failure ?? this.#journal?.failure;
        return void this.#end(error === undefined ? {} : { error });
      }
      case "fail":
        return void this.#end({ error: this.#errorOf(command.cause) });
      default:
        command satisfies never;
    }
  }

  #errorOf(cause: FailureCause): unknown {
    if (cause.kind === "stopped") return this.#interrupted(cause.reason);
    return this.#errors.ofCause(cause);
  }

  #interrupted(reason: unknown): SwathError {
    const { done, total } = this.progress;
    return this.#errors.ofStop({ done, total, journal: this.#journal?.path }, reason);
  }

  #revoke(worker: number, chunk: number): void {
    const kind = this.#job.revoke(worker, chunk) ? "revoked" : "kept";
    this.#step({ kind, worker, chunk });
  }

  #send(worker: number, chunk: ChunkRun): void {
    if (this.#results.outcome !== undefined) return;
    void this.#sender.send(worker, chunk);
  }

  #announce(): void {
    if (this.#window.sawItems(() => this.#items.newest())) this.#tellWindow();
    this.#step({ kind: "available", ...this.#items.available });
  }

  #tellWindow(): void {
    this.#step({ kind: "window", window: this.#window.size });
  }

  async #end(outcome: Outcome): Promise<void> {
    this.#endedAt = this.#wasOver ?? now();
    this.#recording?.end(this.#endedAt);
    this.#losses.stop();
    const journalled = this.#journal?.close("error" in outcome ? "stopped" : "finished");
    this.#plan.signal?.removeEventListener("abort", this.#onAbort);
    this.#decide();
    this.#results.end(outcome);
    await Promise.resolve();
    this.#items.close();
    const tallies = await this.#job.close({ abandon: "error" in outcome });
    await this.#release();
    await journalled;
    // Whoever waits for the results goes on first.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      const { progress } = this;
      const resumed = this.#resumed;
      const { isBounded } = this.#window;
      this.#recording?.close({ done: progress.done, resumed, isBounded }, tallies);
    } finally {
      this.#settle();
    }
    if ("error" in outcome) this.#warnUnseen(outcome.error);
  }

  /** Nobody may ever ask: a promise that is rejected and left alone would end the program. */
  #warnUnseen(error: unknown): void {
    if (this.#consumption !== "undecided" || this.#isUnwanted) return;
    const detail = error instanceof Error ? error.stack : undefined;
    process.emitWarning(
      `A job has failed whose results nobody has asked for yet: ${messageOf(error)}`,
      detail === undefined ? {} : { detail },
    );
  }
}

/** What an executor says of results that have come. */
type CameBack = Pick<
  ExecutorEvent & { readonly kind: "part" },
  "worker" | "span" | "values" | "failures" | "decode"
>;

function doneBy({ count, values }: HeadOutcome): readonly FinishedPart[] {
  return count === 0 ? [] : [{ start: 0, end: count, values }];
}

function microsecondsOf({ begin, end }: ChunkSpan): number {
  return (end - begin) * 1e3;
}
