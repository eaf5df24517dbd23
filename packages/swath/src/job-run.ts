import { whyUnsendable } from "./codecs/unsendable.ts";
import { Collector, type Failed, type Part } from "./driver/collector.ts";
import {
  type ChunkRun,
  type Culprit,
  type DriverCommand,
  type DriverEvent,
  UNBOUNDED,
  type Window,
} from "./driver/events.ts";
import { PullBuffer } from "./driver/pull-buffer.ts";
import { Driver } from "./driver/state.ts";
import {
  InvalidOptionError,
  isSwathError,
  SourceFailedError,
  type SwathError,
  TasksFailedError,
  type TaskTimeoutError,
} from "./errors.ts";
import type { Executor, ExecutorEvent, OpenJob } from "./executors/executor.ts";
import { JobErrors } from "./job-error.ts";
import type { JobPlan } from "./plan.ts";
import { now } from "./protocol/clock.ts";
import { referenceOf } from "./protocol/reference.ts";
import { makeReport } from "./report/make-report.ts";
import { Recorder } from "./report/recorder.ts";
import type { Report } from "./report/report.ts";
import type { AnyFunction } from "./task/task.ts";
import { TimeoutWatch } from "./timeout-watch.ts";

/** A stream may run this many chunks per worker ahead of its reader. */
const STREAM_CHUNKS_PER_WORKER = 4;
/** Errors that are kept for the one that a job which goes on after failures ends with. */
const MAX_KEPT_ERRORS = 1_000;

/** A function that is at hand need not be looked up; a stub of `fromModule` must be. */
function localOf(fn: AnyFunction | undefined): AnyFunction | undefined {
  return referenceOf(fn)?.kind === "export" ? undefined : fn;
}

/** The items of a chunk, where they travel. */
type Payload = ArrayLike<unknown> | undefined;

/** How results leave a job. */
export type Consumption = "undecided" | "collect" | "ordered" | "unordered" | "none";

/** How far a job is. */
export interface Progress {
  /** Items done. */
  readonly done: number;
  /** Number of items; undefined while it is not known. */
  readonly total: number | undefined;
  /** Milliseconds since the job started. */
  readonly elapsed: number;
  /** Items that failed, in a job that goes on after failures; counted in `done` too. */
  readonly failed: number;
}

/**
 * Carries out one job: hands the driver what happens, does what it orders, and keeps the
 * results until they are taken. The policy is the driver's, the waiting is here.
 */
export class JobRun {
  /** Settles when nothing of the job runs any more; never rejects. */
  readonly report: Promise<Report>;
  readonly #plan: JobPlan;
  readonly #workers: number;
  readonly #driver: Driver;
  readonly #job: OpenJob;
  readonly #errors: JobErrors;
  readonly #watch: TimeoutWatch | undefined;
  readonly #recorder: Recorder;
  readonly #collector = new Collector();
  readonly #begin = now();
  #endedAt: number | undefined;
  readonly #pulled: PullBuffer | undefined;
  readonly #release: () => Promise<void>;
  readonly #onAbort = () => this.cancel(this.#plan.signal?.reason);
  #consumption: Consumption = "undecided";
  /** Whether the items after one that fails are run. */
  #keepsGoing = false;
  /** Whether failed items are given as results: then they are no reason to reject. */
  #settles = false;
  #failed = { count: 0, errors: [] as SwathError[] };
  #taken = { items: 0, chunks: 0 };
  #outcome: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;
  #settleReport!: (report: Report) => void;

  /** @param release called when the job no longer needs the executor */
  constructor(plan: JobPlan, executor: Executor, release: () => Promise<void>) {
    this.#plan = plan;
    this.#release = release;
    this.#workers = executor.workers;
    this.#recorder = new Recorder(this.#begin);
    this.#driver = new Driver({
      schedule: plan.schedule,
      itemCount: plan.indexCount,
      workers: executor.workers,
      window: this.#streamWindow(),
      retries: plan.spec.retries,
    });
    this.#errors = new JobErrors({
      plan,
      site: plan.site,
      itemsOf: (chunk) => this.#itemsOf(chunk),
      item: (index) => this.#item(index),
    });
    if (plan.route === "copy" && plan.source.items === undefined) {
      this.#pulled = new PullBuffer((plan.source.pull as () => Iterator<unknown>)());
    }
    this.report = new Promise((resolve) => {
      this.#settleReport = resolve;
    });
    const local = { task: localOf(plan.task.fn), init: localOf(plan.init) } as never;
    this.#job = executor.open({ spec: plan.spec, local }, (event) => this.#on(event));
    if (plan.timeout !== undefined && plan.workers > 0) {
      const onLate = (worker: number, item: number) => this.#onLate(worker, item);
      this.#watch = new TimeoutWatch(plan.timeout, this.#job, executor.workers, onLate);
    }
    if (plan.onError === "collect") this.keepGoing();
    plan.signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (plan.signal?.aborted) this.#onAbort();
    this.#step({
      kind: "available",
      until: this.#knownLength(),
      ended: this.#pulled === undefined,
    });
  }

  /** Says how the results will be taken; from then on the window is what that allows. */
  consume(how: Exclude<Consumption, "undecided">): void {
    this.#consumption = how;
    if (how === "unordered") this.#collector.disorder();
    const keepsAll = how === "collect" || how === "none";
    const holdsEarly = how === "ordered" && !this.#plan.schedule.inOrder;
    if (holdsEarly && this.#plan.inFlight !== undefined) {
      const hint =
        ". It must hold early results for the order; take `unordered()`, or another schedule";
      const what = `absent for an ordered stream under the schedule ${this.#plan.scheduleName}`;
      throw new InvalidOptionError("inFlight", what, this.#plan.inFlight, hint);
    }
    const window = keepsAll || holdsEarly ? UNBOUNDED : this.#streamWindow();
    this.#step({ kind: "window", window });
  }

  /** From now on an item that fails does not end the job. */
  keepGoing(): void {
    this.#keepsGoing = true;
    this.#step({ kind: "collect" });
  }

  /** As {@link keepGoing}; and the failed items are no reason to reject in the end. */
  settle(): void {
    this.#settles = true;
    this.keepGoing();
  }

  get consumption(): Consumption {
    return this.#consumption;
  }

  get progress(): Progress {
    const { spec, source } = this.#plan;
    const done = this.#driver.doneItems * spec.unit;
    const total = source.length ?? (this.#pulled?.ended ? this.#pulled.until : undefined);
    return {
      done: total === undefined ? done : Math.min(done, total),
      total,
      elapsed: (this.#endedAt ?? now()) - this.#begin,
      failed: this.#failed.count,
    };
  }

  /** Ends the job; it rejects with `reason`. */
  cancel(reason: unknown): void {
    this.#step({ kind: "cancel", reason });
  }

  /**
   * The parts of the results as they are ready, in order unless it was given up. Each part
   * counts as taken when the next is asked for.
   *
   * @throws what the job failed with, after the parts before the failure
   */
  async *parts(): AsyncGenerator<Part> {
    for (;;) {
      for (const part of this.#collector.take()) {
        yield part;
        this.#taken = {
          items: this.#taken.items + part.end - part.start,
          chunks: this.#taken.chunks + 1,
        };
        if (this.#consumption !== "collect") this.#step({ kind: "consumed", ...this.#taken });
      }
      if (this.#collector.isReady) continue;
      if (this.#outcome !== undefined) {
        if ("error" in this.#outcome) throw this.#outcome.error;
        if (this.#failed.count === 0 || this.#settles) return;
        const { errors, count } = this.#failed;
        throw new TasksFailedError(errors, count, this.progress.done);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #streamWindow(): Window {
    const { inFlight, spec } = this.#plan;
    if (inFlight !== undefined) {
      return { items: Math.max(1, Math.floor(inFlight / spec.unit)), chunks: Infinity };
    }
    return { items: Infinity, chunks: STREAM_CHUNKS_PER_WORKER * this.#workers };
  }

  #knownLength(): number {
    return this.#pulled === undefined ? this.#plan.indexCount : 0;
  }

  #on(event: ExecutorEvent): void {
    switch (event.kind) {
      case "joined":
        this.#recorder.joined(event.worker, event.at);
        return this.#step({ kind: "joined", worker: event.worker });
      case "unready": {
        const error = this.#errors.ofLoading(event.worker, event.error);
        return this.#step({ kind: "unready", worker: event.worker, error });
      }
      case "done":
        return this.#done(event);
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
    const { startItem, endItem } = this.#itemsOf(chunk);
    this.#recorder.done({ ...span, worker, startItem, endItem }, values, decode);
    const failed = event.failures.map((failure) => {
      return this.#noteFailed(failure.itemIndex, this.#errors.ofItem(worker, failure));
    });
    this.#collector.add({ start: chunk.start, end: chunk.end, values, failed });
    const microseconds = (span.end - span.begin) * 1e3;
    this.#step({ kind: "done", worker, chunk: event.chunk, microseconds });
    this.#pulled?.release(this.#driver.firstOpen * this.#plan.spec.unit);
    this.#notify();
  }

  #itemFailed({ worker, chunk: id, failure }: ExecutorEvent & { readonly kind: "failed" }): void {
    const chunk = this.#driver.heldBy(worker).find((held) => held.id === id);
    if (this.#driver.isOver || chunk === undefined) return;
    this.#step({ kind: "failed", worker, chunk: id, error: this.#errors.ofItem(worker, failure) });
  }

  #left(event: ExecutorEvent & { readonly kind: "left" }): void {
    const { worker, reason, begun, loading } = event;
    this.#recorder.left(worker, now(), begun === undefined ? 0 : 1);
    this.#watch?.restart(worker);
    const chunk = this.#driver.heldBy(worker).find(({ id }) => id === begun);
    const attempt = (chunk?.tries ?? 0) + 1;
    const { unit } = this.#plan.spec;
    const running = event.running === undefined ? undefined : Math.floor(event.running / unit);
    let culprit: { readonly index: number; readonly error: unknown } | undefined;
    if (event.culprit !== undefined) {
      const { itemIndex, error: cause } = event.culprit;
      const error = this.#errors.ofCulprit(worker, itemIndex, attempt, cause);
      culprit = { index: Math.floor(itemIndex / unit), error };
    } else if (isSwathError(reason, "SWATH_TASK_TIMEOUT") && chunk !== undefined) {
      culprit = { index: Math.floor((reason as TaskTimeoutError).itemIndex / unit), error: reason };
    }
    const item = event.running;
    this.#step({ kind: "left", worker, reason, begun, running, item, culprit, loading });
  }

  #onLate(worker: number, item: number): void {
    const index = Math.floor(item / this.#plan.spec.unit);
    const chunk = this.#driver
      .heldBy(worker)
      .find(({ start, end }) => index >= start && index < end);
    if (chunk === undefined) return;
    this.#job.stop(worker, this.#errors.ofTimeout(worker, item, chunk.tries + 1));
  }

  #noteFailed(index: number, error: SwathError): Failed {
    this.#failed.count++;
    if (this.#failed.errors.length < MAX_KEPT_ERRORS) this.#failed.errors.push(error);
    return { index, error };
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
        return void this.#pull(command.until);
      case "settle": {
        const { index } = command;
        const error = this.#errors.ofCause(command.cause) as SwathError;
        const failed = [this.#noteFailed(index, error)];
        this.#collector.add({ start: index, end: index + 1, values: [undefined], failed });
        return this.#notify();
      }
      case "late":
        return process.emitWarning(this.#errors.ofCause(command.cause) as SwathError);
      case "finish":
        return void this.#end(this.#sourceFailure());
      case "fail":
        return void this.#end({ error: this.#errors.ofCause(command.cause) });
      default:
        command satisfies never;
    }
  }

  #revoke(worker: number, chunk: number): void {
    const kind = this.#job.revoke(worker, chunk) ? "revoked" : "kept";
    this.#step({ kind, worker, chunk });
  }

  async #send(worker: number, chunk: ChunkRun): Promise<void> {
    if (this.#outcome !== undefined) return;
    let items: Payload;
    try {
      const payload = this.#payload(chunk);
      if (payload !== undefined && "then" in payload) {
        items = await payload;
        if (!this.#holds(worker, chunk)) return;
      } else items = payload;
      const order = { ...chunk, items, keepGoing: this.#keepsGoing };
      this.#recorder.sent(items, this.#job.run(worker, order));
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
    const { startItem } = this.#itemsOf(chunk);
    const failed = new Map<number, Culprit>();
    for (const [i, item] of Array.from(items ?? []).entries()) {
      const itemIndex = startItem + i;
      const index = Math.floor(itemIndex / this.#plan.spec.unit);
      const reason = failed.has(index) ? undefined : whyUnsendable(item);
      if (reason === undefined) continue;
      failed.set(index, { index, error: this.#errors.ofUnsendable(itemIndex, item, reason.cause) });
    }
    if (failed.size === 0) return this.cancel(this.#errors.ofItems(chunk, cause));
    this.#step({ kind: "unsendable", worker, chunk: chunk.id, failed: [...failed.values()] });
  }

  #payload(chunk: ChunkRun): Payload | Promise<ArrayLike<unknown>> {
    if (this.#plan.route !== "copy") return undefined;
    const { startItem, endItem } = this.#itemsOf(chunk);
    return this.#pulled?.slice(startItem, endItem) ?? this.#plan.source.items?.(startItem, endItem);
  }

  async #pull(until: number): Promise<void> {
    const pulled = this.#pulled as PullBuffer;
    await pulled.fill(until * this.#plan.spec.unit, () => this.#announce(pulled));
    this.#announce(pulled);
  }

  /** Tells the driver what has come: whole blocks, and a last one that may be shorter. */
  #announce(pulled: PullBuffer): void {
    const blocks = pulled.until / this.#plan.spec.unit;
    const until = pulled.ended ? Math.ceil(blocks) : Math.floor(blocks);
    this.#step({ kind: "available", until, ended: pulled.ended });
  }

  /** A source that threw has ended: what came before it is done, then the job fails. */
  #sourceFailure(): { readonly error?: unknown } {
    const failure = this.#pulled?.failure;
    if (failure === undefined) return {};
    const index = (this.#pulled as PullBuffer).until;
    return { error: new SourceFailedError(this.#plan.source.name, index, failure) };
  }

  #item(index: number): unknown {
    if (index < 0 || this.#plan.route !== "copy") return undefined;
    if (this.#pulled !== undefined) return this.#pulled.slice(index, index + 1)[0];
    const items = this.#plan.source.items?.(index, index + 1);
    return items === undefined || "then" in items ? undefined : items[0];
  }

  #itemsOf(chunk: { start: number; end: number }): {
    readonly startItem: number;
    readonly endItem: number;
  } {
    const { unit } = this.#plan.spec;
    const known = this.#pulled?.until ?? (this.#plan.source.length as number);
    return { startItem: chunk.start * unit, endItem: Math.min(chunk.end * unit, known) };
  }

  async #end(outcome: { readonly error?: unknown }): Promise<void> {
    this.#endedAt = now();
    this.#recorder.end(this.#endedAt);
    this.#outcome = outcome;
    this.#watch?.stop();
    this.#plan.signal?.removeEventListener("abort", this.#onAbort);
    this.#notify();
    await Promise.resolve();
    // A generator that waits for something closes when it has it; the job does not wait for it.
    void this.#pulled?.close().catch(() => {});
    const gc = await this.#job.close({ abandon: "error" in outcome });
    await this.#release();
    const { task, source, scheduleName, route } = this.#plan;
    const inline = this.#plan.workers === 0;
    this.#settleReport(
      makeReport(
        {
          task: task.name,
          workers: this.#workers,
          executor: inline ? "inline" : "threads",
          schedule: scheduleName,
          source: source.name,
          items: this.progress.done,
          route,
        },
        this.#recorder.recording(gc),
      ),
    );
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
