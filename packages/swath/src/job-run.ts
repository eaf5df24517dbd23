import { whyUnsendable } from "./codecs/unsendable.ts";
import type { Failed, Part } from "./driver/collector.ts";
import type {
  ChunkRun,
  Culprit,
  DriverCommand,
  DriverEvent,
  FailureCause,
} from "./driver/events.ts";
import { isIn } from "./driver/loss.ts";
import { Driver } from "./driver/state.ts";
import { InvalidOptionError, messageOf, type SwathError, type TaskTimeoutError } from "./errors.ts";
import type {
  Executor,
  ExecutorEvent,
  Opened,
  OpenJob,
  PlaceFigures,
} from "./executors/executor.ts";
import { afterHead, type HeadOutcome } from "./head-start.ts";
import { JobErrors } from "./job-error.ts";
import { type ItemRange, JobItems } from "./job-items.ts";
import { JobRecording, type RunFacts } from "./job-recording.ts";
import { type FinishedPart, JobResults, type Outcome } from "./job-results.ts";
import type { Journal } from "./journal/journal.ts";
import type { JobPlan } from "./plan.ts";
import { now } from "./protocol/clock.ts";
import type { ChunkSpan, ItemFailure } from "./protocol/messages.ts";
import { referenceOf } from "./protocol/reference.ts";
import type { BroadcastFacts, PlaceFacts } from "./report/make-report.ts";
import type { ChunkRecord, LiveFigures } from "./report/recorder.ts";
import type { Report } from "./report/report.ts";
import { ResultWindow } from "./result-window.ts";
import { broadcastWeight } from "./routes/broadcast.ts";
import type { AnyFunction } from "./task/task.ts";
import { timeSlices } from "./time-slices.ts";
import { TimedRows } from "./timed-rows.ts";
import { TimeoutWatch } from "./timeout-watch.ts";

/** How long the running chunks of a stopped job may take to end. */
const STOP_GRACE_MS = 5_000;

/** A function that is at hand need not be looked up; a stub of `fromModule` must be. */
function localOf(fn: AnyFunction | undefined): AnyFunction | undefined {
  return referenceOf(fn)?.kind === "export" ? undefined : fn;
}

/** The items of a chunk, where they travel. */
type Payload = ArrayLike<unknown> | undefined;

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
 * driver's, the items are `job-items.ts`, the results `job-results.ts`.
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
  readonly #watch: TimeoutWatch | undefined;
  /** For each worker that is being ended because of this job's timeout, the reason. */
  readonly #timeouts = new Map<number, TaskTimeoutError>();
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
    if (head !== undefined) this.#recording?.ran(headRecord(head), head.memory?.());
    if (plan.timeout !== undefined && mayHold) {
      const onLate = (worker: number, item: number) => this.#onLate(worker, item);
      this.#watch = new TimeoutWatch(plan.timeout, this.#job, executor.workers, onLate);
    }
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

  #placeFacts({ indices, spent, why }: PlaceFigures): PlaceFacts {
    const items = Math.min(indices * this.#plan.spec.unit, this.progress.done);
    return { items, spent, why };
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
    const { worker, span, values, decode } = event;
    const chunk = this.#driver.heldBy(worker).find(({ id }) => id === event.chunk);
    if (this.#driver.isOver || chunk === undefined) return;
    const recording = this.#recording;
    recording?.done(chunkRecord(span, worker, this.#items.rangeOf(chunk)), values, decode);
    const rows = recording ? TimedRows.of(values, (ms) => recording.made(ms)) : values;
    this.#results.add(chunk, rows, this.#failed(worker, event.failures));
    if (this.#window.sawResults(values)) this.#tellWindow();
    const microseconds = (span.end - span.begin) * 1e3;
    this.#step({ kind: "done", worker, chunk: event.chunk, microseconds });
    this.#calibrate(worker, chunk.end - chunk.start, span);
    this.#items.release(this.#driver.firstOpen);
  }

  #part(event: ExecutorEvent & { readonly kind: "part" }): void {
    const { worker, until, values, failures, span, decode } = event;
    const chunk = this.#driver.heldBy(worker).find(({ id }) => id === event.chunk);
    if (this.#driver.isOver || chunk === undefined) return;
    const part = { start: chunk.start, end: until };
    const recording = this.#recording;
    if (span !== undefined) {
      recording?.done(chunkRecord(span, worker, this.#items.rangeOf(part)), values, decode);
    }
    const rows = recording ? TimedRows.of(values, (ms) => recording.made(ms)) : values;
    this.#results.add(part, rows, this.#failed(worker, failures));
    if (this.#window.sawResults(values)) this.#tellWindow();
    const microseconds = span === undefined ? undefined : (span.end - span.begin) * 1e3;
    this.#step({ kind: "part", worker, chunk: event.chunk, until, microseconds });
    if (span !== undefined) this.#calibrate(worker, until - part.start, span);
    this.#items.release(this.#driver.firstOpen);
  }

  #calibrate(worker: number, indices: number, span: ChunkSpan): void {
    const wish = this.#recording?.calibrate(this.#driver, worker, indices, span);
    if (wish !== undefined) this.#step(wish);
  }

  #returned({ worker, chunk }: ExecutorEvent & { readonly kind: "returned" }): void {
    const isHeld = this.#driver.heldBy(worker).some(({ id }) => id === chunk);
    if (isHeld) this.#step({ kind: "revoked", worker, chunk });
  }

  #failed(worker: number, failures: readonly ItemFailure[]): readonly Failed[] {
    return failures.map((failure) => {
      return { index: failure.itemIndex, error: this.#errors.ofItem(worker, failure) };
    });
  }

  #itemFailed({ worker, chunk: id, failure }: ExecutorEvent & { readonly kind: "failed" }): void {
    const chunk = this.#driver.heldBy(worker).find((held) => held.id === id);
    if (this.#driver.isOver || chunk === undefined) return;
    const index = Math.floor(failure.itemIndex / this.#plan.spec.unit);
    const error = this.#errors.ofItem(worker, failure);
    if (!isIn(chunk, index)) return this.#cancel(error);
    this.#step({ kind: "failed", worker, chunk: id, failed: [{ index, error }] });
  }

  #left(event: ExecutorEvent & { readonly kind: "left" }): void {
    const { worker, reason, begun, loading } = event;
    this.#recording?.left(worker, now(), begun === undefined ? 0 : 1);
    this.#watch?.restart(worker);
    const chunk = this.#driver.heldBy(worker).find(({ id }) => id === begun);
    const { unit } = this.#plan.spec;
    const running = event.running === undefined ? undefined : Math.floor(event.running / unit);
    const culprit = this.#culpritOf(event, chunk);
    const { running: item, tries } = event;
    this.#step({ kind: "left", worker, reason, begun, running, tries, item, culprit, loading });
  }

  #culpritOf(
    { worker, reason, culprit, running, tries }: ExecutorEvent & { readonly kind: "left" },
    chunk: ChunkRun | undefined,
  ): Culprit | undefined {
    const indexOf = (item: number) => Math.floor(item / this.#plan.spec.unit);
    const timeout = this.#timeouts.get(worker);
    this.#timeouts.delete(worker);
    if (culprit !== undefined) {
      const { itemIndex, error } = culprit;
      const before = itemIndex === running ? tries : chunk?.tries;
      const attempt = (before ?? 0) + 1;
      return {
        index: indexOf(itemIndex),
        error: this.#errors.ofCulprit(worker, itemIndex, attempt, error),
      };
    }
    // Another job's item may have timed out just before this job's chunk began.
    if (chunk === undefined || timeout === undefined || timeout !== reason) return undefined;
    const index = indexOf(timeout.itemIndex);
    // It may have come to its end after all.
    return isIn(chunk, index) ? { index, error: timeout } : undefined;
  }

  #onLate(worker: number, item: number): void {
    const index = Math.floor(item / this.#plan.spec.unit);
    const chunk = this.#driver.heldBy(worker).find((held) => isIn(held, index));
    if (chunk === undefined || this.#timeouts.has(worker)) return;
    if (!this.#job.hold(worker, item)) return;
    const timeout = this.#errors.ofTimeout(worker, item, this.#job.tries(worker) + 1);
    this.#timeouts.set(worker, timeout);
    this.#job.stop(worker, timeout);
  }

  #step(event: DriverEvent): void {
    for (const command of this.#driver.handle(event)) this.#carryOut(command);
  }

  #carryOut(command: DriverCommand): void {
    switch (command.kind) {
      case "run":
        return void this.#send(command.worker, command.chunk);
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

  async #send(worker: number, chunk: ChunkRun): Promise<void> {
    if (this.#results.outcome !== undefined) return;
    let items: Payload;
    try {
      const payload = this.#items.payload(chunk);
      if (payload !== undefined && "then" in payload) {
        items = await payload;
        if (!this.#holds(worker, chunk)) return;
      } else items = payload;
      const isFresh = this.#plan.route === "move";
      const order = { ...chunk, items, isFresh, keepGoing: this.#keepsGoing };
      const sent = this.#job.run(worker, order);
      if (sent !== undefined) this.#recording?.sent({ worker, ...sent });
    } catch (cause) {
      // Not at once: a source whose every item is refused would pile up calls within calls.
      await Promise.resolve();
      if (this.#holds(worker, chunk)) this.#refused(worker, chunk, items, cause);
    }
  }

  #holds(worker: number, chunk: ChunkRun): boolean {
    return this.#driver.heldBy(worker).some(({ id }) => id === chunk.id);
  }

  /** A chunk could not be sent: the items that are the reason have failed. */
  #refused(worker: number, chunk: ChunkRun, items: Payload, cause: unknown): void {
    const { startItem } = this.#items.rangeOf(chunk);
    const failed = new Map<number, Culprit>();
    for (const [i, item] of Array.from(items ?? []).entries()) {
      const itemIndex = startItem + i;
      const index = Math.floor(itemIndex / this.#plan.spec.unit);
      const reason = failed.has(index) ? undefined : whyUnsendable(item);
      if (reason === undefined) continue;
      failed.set(index, { index, error: this.#errors.ofUnsendable(itemIndex, item, reason.cause) });
    }
    if (failed.size === 0) return this.#cancel(this.#errors.ofItems(chunk, cause));
    this.#step({ kind: "failed", worker, chunk: chunk.id, failed: [...failed.values()] });
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
    this.#watch?.stop();
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
      this.#recording?.close(this.#facts(), tallies);
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

  #facts(): RunFacts {
    const { place, opened } = this.#job;
    const isInline = this.#plan.workers === 0 || place?.usedThreads === false;
    return {
      workers: isInline ? 1 : this.#workers,
      executor: isInline ? "inline" : "threads",
      items: this.progress.done - this.#resumed,
      isResumed: this.#resumed > 0,
      isBounded: this.#window.isBounded,
      broadcast: broadcastOf(opened),
      place: place && this.#placeFacts(place),
    };
  }
}

/** The only chunk that a head start has run, as if it had been handed out. */
function headRecord({ begin, end, count }: HeadOutcome): ChunkRecord {
  const times = { begin, end, decode: 0, read: 0, run: end - begin, encode: 0 };
  return { ...times, bytesRead: 0, worker: 0, startItem: 0, endItem: count };
}

function doneBy({ count, values }: HeadOutcome): readonly FinishedPart[] {
  return count === 0 ? [] : [{ start: 0, end: count, values }];
}

/** Field by field: spreading takes ten times as long. */
function chunkRecord(
  { begin, end, decode, read, run, encode, bytesRead, moved }: ChunkSpan,
  worker: number,
  { startItem, endItem }: ItemRange,
): ChunkRecord {
  const own = { begin, end, decode, read, run, encode, bytesRead, worker, startItem, endItem };
  return moved === undefined ? own : { ...own, moved };
}

/** What went to each worker once: `with`, and what functions captured. */
function broadcastOf(opened: Opened | undefined): BroadcastFacts {
  if (opened === undefined) return { bytes: 0, workers: 0, encode: 0 };
  const { spec, count, ms } = opened;
  return { bytes: broadcastWeight(spec).bytes, workers: count, encode: ms };
}
