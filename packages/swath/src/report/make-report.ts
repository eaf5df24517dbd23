import { availableParallelism, cpus } from "node:os";
import type { Route } from "../sources/source.ts";
import { bucketsOf, efficiencyOf, perWorkerOf, ratioOf, stragglersOf } from "./metrics.ts";
import type { Recording } from "./recorder.ts";
import type { Environment, Place, Report } from "./report.ts";
import { routesOf } from "./routes.ts";
import { spansOf } from "./spans.ts";

/** How many of the slowest chunks are named. */
const SLOWEST = 5;

/** What a report says of the job beside what was measured. */
export interface JobFacts {
  readonly task: string;
  readonly workers: number;
  readonly executor: "threads" | "inline";
  readonly schedule: string;
  readonly source: string;
  readonly items: number;
  readonly route: Route;
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
  const buckets = bucketsOf(recording, workers);
  const { chunks } = recording;
  const sum = (value: (chunk: (typeof chunks)[number]) => number) =>
    chunks.reduce((total, chunk) => total + value(chunk), 0);
  return {
    schema: "swath.report/1",
    task: facts.task,
    wall: (recording.end - recording.begin) / 1e3,
    workers,
    executor: facts.executor,
    schedule: facts.schedule,
    source: facts.source,
    items: facts.items,
    buckets,
    efficiency: efficiencyOf(buckets),
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
    memory: { peakResident: process.resourceUsage().maxRSS * 1024 },
    ...(facts.place === undefined ? {} : { place: placeOf(facts.place) }),
    routes: routesOf(facts, recording),
    perWorker: perWorkerOf(recording, workers),
    chunks: { count: chunks.length, lost: recording.lost },
    slowest: chunks
      .map((c) => ({ start: c.startItem, end: c.endItem, seconds: (c.run + c.read) / 1e3 }))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, SLOWEST),
    spans: spansOf(recording),
    environment: (environment ??= readEnvironment()),
  };
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
