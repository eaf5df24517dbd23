import { Collector } from "./driver/collector.ts";
import { type ChunkRun, type DriverEvent, UNBOUNDED, type Window } from "./driver/events.ts";
import { PullBuffer } from "./driver/pull-buffer.ts";
import { Driver } from "./driver/state.ts";
import {
  InvalidOptionError,
  isSwathError,
  messageOf,
  NotSendableError,
  SourceFailedError,
  TaskFailedError,
} from "./errors.ts";
import type { Executor, ExecutorEvent, OpenJob } from "./executors/executor.ts";
import { jobError } from "./job-error.ts";
import type { JobPlan } from "./plan.ts";
import { now } from "./protocol/clock.ts";
import { referenceOf } from "./protocol/reference.ts";
import { makeReport } from "./report/make-report.ts";
import { Recorder } from "./report/recorder.ts";
import type { Report } from "./report/report.ts";
import type { AnyFunction } from "./task/task.ts";

/** A stream may run this many chunks per worker ahead of its reader. */
const STREAM_CHUNKS_PER_WORKER = 4;

/** A function that is at hand need not be looked up; a stub of `fromModule` must be. */
function localOf(fn: AnyFunction | undefined): AnyFunction | undefined {
  return referenceOf(fn)?.kind === "export" ? undefined : fn;
}

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
  readonly #recorder: Recorder;
  readonly #collector = new Collector();
  readonly #begin = now();
  #endedAt: number | undefined;
  readonly #pulled: PullBuffer | undefined;
  readonly #release: () => Promise<void>;
  readonly #onAbort = () => this.cancel(this.#plan.signal?.reason);
  #consumption: Consumption = "undecided";
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
    });
    if (plan.route === "copy" && plan.source.items === undefined) {
      this.#pulled = new PullBuffer((plan.source.pull as () => Iterator<unknown>)());
    }
    this.report = new Promise((resolve) => {
      this.#settleReport = resolve;
    });
    const local = { task: localOf(plan.task.fn), init: localOf(plan.init) } as never;
    const { spec, loadTimeout } = plan;
    this.#job = executor.open({ spec, local, loadTimeout }, (event) => this.#on(event));
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
  async *parts(): AsyncGenerator<{ readonly start: number; readonly values: ArrayLike<unknown> }> {
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
        return;
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
      case "unready":
        return this.#step({ ...event, error: this.#loadError(event) });
      case "done":
        return this.#done(event);
      case "failed":
        return this.#failed(event);
      case "left":
        this.#recorder.left(event.worker, now(), event.begun === undefined ? 0 : 1);
        return this.#step(event);
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
    this.#collector.add(chunk.start, chunk.end, values);
    const microseconds = (span.end - span.begin) * 1e3;
    this.#step({ kind: "done", worker, chunk: event.chunk, microseconds });
    this.#pulled?.release(this.#driver.firstOpen * this.#plan.spec.unit);
    this.#notify();
  }

  #failed({ worker, chunk: id, failure }: ExecutorEvent & { readonly kind: "failed" }): void {
    const chunk = this.#driver.heldBy(worker).find((held) => held.id === id);
    if (this.#driver.isOver || chunk === undefined) return;
    const known = isSwathError(failure.error, "SWATH_SOURCE_FAILED");
    const error = known ? failure.error : this.#taskError(worker, chunk, failure);
    this.#step({ kind: "failed", worker, chunk: id, error });
  }

  /** What swath itself found while loading says all; anything else the task's module threw. */
  #loadError(event: { readonly worker: number; readonly error: unknown }): unknown {
    return isSwathError(event.error)
      ? event.error
      : this.#taskError(event.worker, undefined, event);
  }

  #taskError(
    worker: number,
    chunk: ChunkRun | undefined,
    failure: { readonly error: unknown; readonly itemIndex?: number; readonly preview?: string },
  ): TaskFailedError {
    const { itemIndex = -1, preview = "", error } = failure;
    const attempt = chunk?.attempt ?? 1;
    const task = this.#plan.task.name;
    return new TaskFailedError({ task, itemIndex, preview, worker, attempt }, { cause: error });
  }

  #step(event: DriverEvent): void {
    for (const command of this.#driver.handle(event)) {
      switch (command.kind) {
        case "run":
          void this.#send(command.worker, command.chunk);
          break;
        case "revoke":
          this.#revoke(command.worker, command.chunk);
          break;
        case "pull":
          void this.#pull(command.until);
          break;
        case "finish":
          void this.#end(this.#sourceFailure());
          break;
        case "fail":
          void this.#end({ error: jobError(command.cause, (chunk) => this.#itemsOf(chunk)) });
          break;
        default:
          command satisfies never;
      }
    }
  }

  #revoke(worker: number, chunk: number): void {
    const kind = this.#job.revoke(worker, chunk) ? "revoked" : "kept";
    this.#step({ kind, worker, chunk });
  }

  async #send(worker: number, chunk: ChunkRun): Promise<void> {
    if (this.#outcome !== undefined) return;
    try {
      let items = this.#payload(chunk);
      if (items !== undefined && "then" in items) {
        items = await items;
        if (!this.#driver.heldBy(worker).some(({ id }) => id === chunk.id)) return;
      }
      this.#recorder.sent(items, this.#job.run(worker, { ...chunk, items }));
    } catch (cause) {
      const { startItem } = this.#itemsOf(chunk);
      const error = isSwathError(cause)
        ? cause
        : new NotSendableError(
            `Cannot send the items from ${startItem} on to a worker: ${messageOf(cause)}. ` +
              "Items must be plain data or typed arrays",
            { cause },
          );
      this.cancel(error);
    }
  }

  #payload(chunk: ChunkRun): ArrayLike<unknown> | undefined | Promise<ArrayLike<unknown>> {
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

  #itemsOf(chunk: ChunkRun): { readonly startItem: number; readonly endItem: number } {
    const { unit } = this.#plan.spec;
    const known = this.#pulled?.until ?? (this.#plan.source.length as number);
    return { startItem: chunk.start * unit, endItem: Math.min(chunk.end * unit, known) };
  }

  async #end(outcome: { readonly error?: unknown }): Promise<void> {
    this.#endedAt = now();
    this.#recorder.end(this.#endedAt);
    this.#outcome = outcome;
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
