import { Calibration } from "./calibration.ts";
import type { DriverEvent } from "./driver/events.ts";
import type { Opened, OpenJob, PlaceFigures } from "./executors/executor.ts";
import type { HeadOutcome } from "./head-start.ts";
import type { ItemRange, JobItems } from "./job-items.ts";
import type { JobPlan } from "./plan.ts";
import { now } from "./protocol/clock.ts";
import type { ChunkSpan, WorkerTally } from "./protocol/messages.ts";
import type { Rows } from "./protocol/results.ts";
import {
  type BroadcastFacts,
  type JobFacts,
  makeReport,
  type PlaceFacts,
} from "./report/make-report.ts";
import { ProcessWatch, type WatchFigures } from "./report/process-watch.ts";
import {
  type ChunkRecord,
  type LiveFigures,
  Recorder,
  type Recording,
  type SentFigures,
} from "./report/recorder.ts";
import type { Report, SlowChunk } from "./report/report.ts";
import { Slowest } from "./report/slowest.ts";
import { broadcastWeight } from "./routes/broadcast.ts";
import { sharedBytes } from "./shared/shared-bytes.ts";
import { TimedRows } from "./timed-rows.ts";

/** How the driver stands, for {@link JobRecording.calibrate}. */
export interface DriverStanding {
  readonly doneItems: number;
  readonly remaining: number;
  readonly alone: number | undefined;
  othersRest(worker: number): boolean;
}

/** What only the run of a job can say of it. */
export interface RunFigures {
  /** Items that are done, … */
  readonly done: number;
  /** … and those of them that a journal had. */
  readonly resumed: number;
  /** Whether results waited within a window for who took them. */
  readonly isBounded: boolean;
}

/** A chunk, or a part of one, that a worker has done. */
export interface DoneChunk {
  readonly span: ChunkSpan;
  readonly worker: number;
  readonly range: ItemRange;
}

type RunFacts = Pick<JobFacts, "workers" | "executor" | "items" | "broadcast" | "place"> &
  Pick<RunFigures, "isBounded"> & { readonly isResumed: boolean };

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
  done({ span, worker, range }: DoneChunk, values: Rows, ms: number | undefined): void {
    this.#add(chunkRecord(span, worker, range), values, ms);
  }

  /** What a head start has run, as if it had been handed out as one chunk. */
  ran({ begin, end, count, memory }: HeadOutcome): void {
    if (memory !== undefined) this.#watch.sawLast(memory());
    this.joined(0, begin);
    if (count > 0) {
      const times = { begin, end, decode: 0, read: 0, run: end - begin, encode: 0, bytesRead: 0 };
      this.#add({ ...times, worker: 0, startItem: 0, endItem: count }, [], undefined);
    }
    this.left(0, end, 0);
  }

  /** The same results; what making them takes who asks for them is noted. */
  timed(values: Rows): Rows {
    return TimedRows.of(values, (ms) => this.#recorder.made(ms));
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
  close(figures: RunFigures, tallies: ReadonlyMap<number, WorkerTally>): void {
    const facts = this.#facts(figures);
    const watched = this.#watch.figures();
    const slowest = this.#slowest.list();
    const recording = this.#recorder.recording(tallies, this.#calibration?.close(this.#end));
    this.#closed = () => this.#make(facts, watched, slowest, recording);
  }

  /** Only of a job that is over. */
  report(): Report | undefined {
    return this.#closed?.();
  }

  #add(chunk: ChunkRecord, values: Rows, ms: number | undefined): void {
    this.#recorder.done(chunk, values, ms);
    this.#slowest.add(chunk);
    this.#watch.passing(chunk.end);
  }

  #facts({ done, resumed, isBounded }: RunFigures): RunFacts {
    const { place, opened } = this.#job ?? {};
    const isInline = this.#plan.workers === 0 || place?.usedThreads === false;
    return {
      workers: isInline ? 1 : this.#workers,
      executor: isInline ? "inline" : "threads",
      items: done - resumed,
      isResumed: resumed > 0,
      isBounded,
      broadcast: broadcastOf(opened),
      place: place && placeOf(place, this.#plan.spec.unit, done),
    };
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

/** Field by field: spreading takes ten times as long. */
function chunkRecord(
  { begin, end, decode, read, run, encode, bytesRead, moved }: ChunkSpan,
  worker: number,
  { startItem, endItem }: ItemRange,
): ChunkRecord {
  const own = { begin, end, decode, read, run, encode, bytesRead, worker, startItem, endItem };
  return moved === undefined ? own : { ...own, moved };
}

function placeOf({ indices, spent, why }: PlaceFigures, unit: number, done: number): PlaceFacts {
  return { items: Math.min(indices * unit, done), spent, why };
}

/** What went to each worker once: `with`, and what functions captured. */
function broadcastOf(opened: Opened | undefined): BroadcastFacts {
  if (opened === undefined) return { bytes: 0, workers: 0, encode: 0 };
  const { spec, count, ms } = opened;
  return { bytes: broadcastWeight(spec).bytes, workers: count, encode: ms };
}
