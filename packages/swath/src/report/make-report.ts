import { availableParallelism, cpus } from "node:os";
import type { Route } from "../sources/source.ts";
import { boundOf } from "./bound.ts";
import { computeScalingOf } from "./compute-scaling.ts";
import { copyRate } from "./copy-rate.ts";
import { gcPausesOf } from "./gc-pauses.ts";
import { bucketsOf, efficiencyOf, perWorkerOf, ratioOf, stragglersOf } from "./metrics.ts";
import { cpuOfHelpers } from "./other-threads.ts";
import { overheadOf } from "./overhead.ts";
import type { WatchFigures } from "./process-watch.ts";
import type { Recording } from "./recorder.ts";
import type { Environment, Leaf, Place, Report, SlowChunk } from "./report.ts";
import { routesOf } from "./routes.ts";
import { spansOf } from "./spans.ts";

/** What a report says of the job beside what was measured. */
export interface JobFacts {
  readonly task: string;
  readonly workers: number;
  readonly executor: "threads" | "inline";
  readonly schedule: string;
  readonly source: string;
  readonly items: number;
  readonly unit: number;
  readonly startedAt: Date;
  readonly options: Readonly<Record<string, Leaf>>;
  readonly slowest: readonly SlowChunk[];
  readonly watched: WatchFigures;
  /** Whether workers read items one by one, with a clock for each. */
  readonly readsItems: boolean;
  /** Whether it was asked how workers slow each other down. */
  readonly isCalibrated: boolean;
  readonly route: Route;
  /** What workers had to read, were items cut as well as can be, where the source says it. */
  readonly bytesNeeded: number | undefined;
  /** Of one item, in memory that all threads see. */
  readonly sharedBytes: { readonly input: number; readonly results: number };
  readonly place: PlaceFacts | undefined;
  /** What went to each worker once. */
  readonly broadcast: BroadcastFacts;
}

/** What went to each worker once. */
export interface BroadcastFacts {
  readonly bytes: number;
  readonly workers: number;
  /** Milliseconds of the caller's thread. */
  readonly encode: number;
}

/** What ran in the caller's thread of a job that could choose. Milliseconds. */
export interface PlaceFacts {
  readonly items: number;
  readonly spent: number;
  readonly why: string;
}

/** Makes the record of a run out of what was measured. */
export function makeReport(facts: JobFacts, recording: Recording): Report {
  const { workers } = facts;
  const { watched } = facts;
  const { chunks } = recording;
  const wall = (recording.end - recording.begin) / 1e3;
  const buckets = bucketsOf(recording, workers);
  const efficiency = efficiencyOf(buckets);
  const computeScaling = facts.isCalibrated ? computeScalingOf(recording, workers) : undefined;
  const sum = (value: (chunk: (typeof chunks)[number]) => number) =>
    chunks.reduce((total, chunk) => total + value(chunk), 0);
  const measured = {
    schema: "swath.report/1",
    task: facts.task,
    startedAt: facts.startedAt.toISOString(),
    wall,
    workers,
    executor: facts.executor,
    schedule: facts.schedule,
    source: facts.source,
    items: facts.items,
    unit: facts.unit,
    options: facts.options,
    buckets,
    efficiency,
    ...(computeScaling === undefined
      ? {}
      : { computeScaling, speedup: workers * efficiency.parallel * computeScaling.value }),
    ratio: ratioOf(recording, buckets),
    serialization: {
      bytesOut: recording.bytesOut,
      bytesIn: recording.bytesIn,
      bytesInBy: recording.bytesInBy,
      exact: recording.exactBytes,
      workerDecode: sum((c) => c.decode) / 1e3,
      workerEncode: sum((c) => c.encode) / 1e3,
      driverEncode: recording.driverEncode / 1e3,
      driverDecode: recording.driverDecode / 1e3,
    },
    stragglers: stragglersOf(recording, workers),
    memory: {
      peakResident: watched.peakResident,
      samples: watched.samples,
    },
    ...(facts.place === undefined ? {} : { place: placeOf(facts.place) }),
    routes: routesOf(facts, recording),
    perWorker: perWorkerOf(recording, workers),
    chunks: { count: chunks.length, lost: recording.lost },
    slowest: facts.slowest,
    driver: { busy: watched.busy / 1e3, starting: watched.starting / 1e3 },
    ...helpersOf(facts, recording),
    ...(watched.io === undefined ? {} : { io: watched.io }),
    gc: gcPausesOf(recording),
    overhead: overheadOf({
      workers,
      chunks: chunks.length,
      readItems: facts.readsItems ? facts.items : 0,
      wall,
      timed: {
        driver: recording.cost.driver + watched.cost,
        workers: recording.cost.workers,
      },
    }),
    spans: spansOf(recording),
    environment: environmentOf(facts),
  } as const;
  return { ...measured, bound: boundOf(measured) };
}

function helpersOf(
  { workers, items, unit, watched }: JobFacts,
  recording: Recording,
): { readonly helpers?: number } {
  const told = Math.min(workers, Math.ceil(items / unit));
  const helpers = cpuOfHelpers(watched.cpuOfOthers, recording, told);
  return helpers === undefined ? {} : { helpers: helpers / 1e3 };
}

function environmentOf({ isCalibrated }: JobFacts): Environment {
  environment ??= readEnvironment();
  return isCalibrated ? { ...environment, copyRate: copyRate() } : environment;
}

/** Read once: asking for the CPUs takes longer than a small job's whole end. */
let environment: Environment | undefined;

function readEnvironment(): Environment {
  return {
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
  };
}

function placeOf({ items, spent, why }: PlaceFacts): Place {
  return { items, seconds: spent / 1e3, why };
}
