import { Calibration } from "./calibration.ts";
import type { DriverEvent } from "./driver/events.ts";
import type { OpenJob } from "./executors/executor.ts";
import type { JobItems } from "./job-items.ts";
import type { JobPlan } from "./plan.ts";
import { now } from "./protocol/clock.ts";
import type { WorkerTally } from "./protocol/messages.ts";
import type { Rows } from "./protocol/results.ts";
import { type JobFacts, makeReport } from "./report/make-report.ts";
import { type MemoryReading, ProcessWatch, type WatchFigures } from "./report/process-watch.ts";
import {
  type ChunkRecord,
  type LiveFigures,
  Recorder,
  type Recording,
  type SentFigures,
} from "./report/recorder.ts";
import type { Report, SlowChunk } from "./report/report.ts";
import { Slowest } from "./report/slowest.ts";
import { sharedBytes } from "./shared/shared-bytes.ts";

/** How the driver stands, for {@link JobRecording.calibrate}. */
export interface DriverStanding {
  readonly doneItems: number;
  readonly remaining: number;
  readonly alone: number | undefined;
  othersRest(worker: number): boolean;
}

/** What only the run of a job can say of it. */
export interface RunFacts
  extends Pick<JobFacts, "workers" | "executor" | "items" | "broadcast" | "place"> {
  /** Whether a journal had some of the items. */
  readonly isResumed: boolean;
  /** Whether results waited within a window for who took them. */
  readonly isBounded: boolean;
}

/** Takes down one job: what happens in it, and what is seen of the process meanwhile. */
export class JobRecording {
  readonly #plan: JobPlan;
  readonly #startedAt: Date;
  readonly #recorder: Recorder;
  readonly #watch: ProcessWatch;
  readonly #slowest: Slowest;
  readonly #calibration: Calibration | undefined;
  readonly #workers: number;
  #job: OpenJob | undefined;
  #end = Number.NaN;
  #closed: (() => Report) | undefined;

  /** @param workers of the executor */
  constructor(plan: JobPlan, workers: number, items: JobItems) {
    const { begin } = plan;
    this.#plan = plan;
    // Up, for `Date.now()` has cut off a part of a millisecond.
    this.#startedAt = new Date(Math.ceil(Date.now() - (now() - begin)));
    this.#workers = workers;
    this.#recorder = new Recorder(begin);
    this.#watch = new ProcessWatch(begin, plan.others, () => this.#runningItems());
    this.#slowest = new Slowest({
      item: (index) => items.known(index),
      longestIn: (start, end) => this.#watch.longestIn(start, end),
    });
    if (plan.calibrates) this.#calibration = new Calibration(begin, workers);
  }

  /** The job is open on its executor. */
  opened(job: OpenJob): void {
    this.#job = job;
    this.#watch.start();
  }

  joined(worker: number, at: number): void {
    this.#recorder.joined(worker, at);
    this.#watch.joined(at);
  }

  left(worker: number, at: number, chunks: number): void {
    this.#recorder.left(worker, at, chunks);
  }

  sent(figures: SentFigures): void {
    this.#recorder.sent(figures);
  }

  /** As {@link Recorder.done}. */
  done(chunk: ChunkRecord, values: Rows, ms: number | undefined): void {
    this.#recorder.done(chunk, values, ms);
    this.#slowest.add(chunk);
    this.#watch.passing(chunk.end);
  }

  /**
   * A chunk was run in the caller's thread, before the job was made.
   *
   * @param memory of the process when all was done, if that was all
   */
  ran(chunk: ChunkRecord, memory: MemoryReading | undefined): void {
    const { worker, begin, end, startItem, endItem } = chunk;
    if (memory !== undefined) this.#watch.sawLast(memory);
    this.joined(worker, begin);
    if (endItem > startItem) this.done(chunk, [], undefined);
    this.left(worker, end, 0);
  }

  made(ms: number): void {
    this.#recorder.made(ms);
  }

  /** What the driver is to be told after a chunk, so that workers are timed alone. */
  calibrate(
    driver: DriverStanding,
    worker: number,
    indices: number,
    span: { readonly begin: number; readonly end: number },
  ): DriverEvent | undefined {
    return this.#calibration?.after({
      at: span.end,
      done: driver.doneItems,
      total: driver.doneItems + driver.remaining,
      worker,
      indices,
      ms: span.end - span.begin,
      alone: driver.alone,
      othersRest: driver.othersRest(worker),
    });
  }

  /** As {@link Recorder.live}. */
  live(from: number): LiveFigures {
    return this.#recorder.live(from);
  }

  /** The last result has come. */
  end(at: number): void {
    this.#end = at;
    this.#recorder.end(at);
    this.#watch.stop(at - this.#plan.begin);
  }

  /**
   * The job is over; this sees the process for the last time.
   *
   * @param tallies what workers measured of themselves
   */
  close(facts: RunFacts, tallies: ReadonlyMap<number, WorkerTally>): void {
    const watched = this.#watch.figures();
    const slowest = this.#slowest.list();
    const recording = this.#recorder.recording(tallies, this.#calibration?.close(this.#end));
    this.#closed = () => this.#make(facts, watched, slowest, recording);
  }

  /** Only of a job that is over. */
  report(): Report | undefined {
    return this.#closed?.();
  }

  #make(
    facts: RunFacts,
    watched: WatchFigures,
    slowest: readonly SlowChunk[],
    recording: Recording,
  ): Report {
    const { task, source, scheduleName, route, spec, calibrates } = this.#plan;
    const { givesBack, ...options } = this.#plan.options;
    const mayGiveBack = givesBack === undefined || facts.isBounded ? {} : { givesBack };
    return makeReport(
      {
        ...facts,
        task: task.name,
        schedule: scheduleName,
        source: source.name,
        unit: spec.unit,
        startedAt: this.#startedAt,
        // Streams begin with single items, and nothing is given back.
        options: { ...options, ...mayGiveBack },
        route,
        // It is of all items, those in the journal too.
        bytesNeeded: facts.isResumed ? undefined : source.bytesNeeded,
        sharedBytes: sharedBytes(spec),
        slowest,
        watched,
        readsItems: spec.source.kind === "opened",
        isCalibrated: calibrates,
      },
      recording,
    );
  }

  #runningItems(): readonly number[] {
    const job = this.#job;
    if (job === undefined) return [];
    return Array.from({ length: this.#workers }, (_, worker) => job.running(worker));
  }
}
