import { SCHEDULES, type ScheduleName } from "../schedules/registry.ts";
import { MAX_WORKERS } from "./change.ts";
import type { RunRecord, RunSpans } from "./run-record.ts";

/** A run as a replay needs it. Times are in seconds since the job started. */
export interface RecordedRun {
  readonly schedule: ScheduleName;
  /** The `chunk` option, in items. */
  readonly chunk?: number | undefined;
  /** Whether workers gave back what they had no time for. */
  readonly givesBack?: boolean | undefined;
  readonly items: number;
  /** Items of an index: 1, or the length of a block of a fold. */
  readonly unit: number;
  readonly wall: number;
  /** When each worker had loaded the task. */
  readonly ready: readonly number[];
  /** All chunks, or a sample of them. */
  readonly chunks: readonly RecordedChunk[];
  /** Where `chunks` is a sample, what all of them were. */
  readonly sampledFrom?: AllChunks | undefined;
  /** Cores of the machine. @default one for each thread */
  readonly cores?: number | undefined;
  /** Share of its time for which a worker that runs a chunk needs a core. @default 1 */
  readonly need?: number | undefined;
  /** What the caller's thread spent on sending, and on receiving, in all. */
  readonly driverEncode: number;
  readonly driverDecode: number;
  /** For how long the caller's thread was busy with anything. @default nothing else is known */
  readonly driverBusy?: number | undefined;
  /** Of that, until the first worker was ready. @default all of that time */
  readonly driverStarting?: number | undefined;
  /** Whether threads were started for it. */
  readonly isCold: boolean;
  /** Seconds on a core that a worker's thread took to start. @default not known */
  readonly threadStart?: number | undefined;
  /**
   * Cores that others of the process took beside each that the job's threads did: V8 compiles and
   * collects in threads of its own. @default 0
   */
  readonly helpers?: number | undefined;
  /** What travelled. @default nothing is known of it */
  readonly input?: Traffic | undefined;
  readonly results?: Traffic | undefined;
  /** What went to each worker once. */
  readonly broadcast?: Broadcast | undefined;
  /** Time of the same items alone in one thread ÷ time that they took; where it was measured. */
  readonly computeScaling?: number | undefined;
  /** Where it was not: by how much items are slower at most beside others. @default 0 */
  readonly crowding?: number | undefined;
}

/** A chunk of a {@link RecordedRun}. */
export interface RecordedChunk {
  readonly worker: number;
  /** First item, and one past the last. */
  readonly start: number;
  readonly end: number;
  /** When the worker took it up, and when its results had been sent. */
  readonly begin: number;
  readonly done: number;
  /** Parts of that time. @default 0 */
  readonly decode?: number;
  readonly encode?: number;
  /** All parts of that time that were measured by themselves; where they were. */
  readonly parts?: number;
}

/** Chunks of which only a sample is known one by one. Worker-seconds. */
export interface AllChunks {
  readonly count: number;
  /** What they took but for decoding and encoding. */
  readonly seconds: number;
  /** What workers waited between them. */
  readonly pauses: number;
}

/** Bytes that went one way, by how. */
export interface Traffic {
  /** "copy", "move", "share", "read", or "none" where nothing travelled. */
  readonly route: string;
  readonly copied: number;
  readonly moved: number;
  /** Bytes that workers read themselves. */
  readonly read: number;
  /** Bytes of `copied` that went as packed columns or JSON text. */
  readonly packed: number;
  /** Bytes of `copied` that were items which are typed arrays. @default 0 */
  readonly arrays?: number;
}

/** What went to each worker once, and what encoding it took the caller's thread. */
export interface Broadcast {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * By how much computing, and reading, are slower at most beside others, half of it beside one: on
 * two cores of a virtual machine, where 1.54 Gpx are classified pixel by pixel and read from the
 * page cache.
 */
const CROWDING = 0.1;
const CROWDING_READERS = 0.34;
/** A worker that is ready sooner, once the caller's thread waits for it, was there before. */
const COLD_S = 5e-3;
const MAX_HELPERS = 1;

/**
 * What a replay needs of a record: undefined where the record lacks it, where the run was in
 * place, or where its schedule is none of swath's own.
 */
export function recordedRunOf(record: RunRecord): RecordedRun | undefined {
  const { wall, items, spans, schedule, executor } = record;
  if (wall === undefined || items === undefined || spans === undefined) return undefined;
  const ready = readyOf(record);
  const isSwaths = schedule !== undefined && Object.hasOwn(SCHEDULES, schedule);
  if (executor === "inline" || !isSwaths) return undefined;
  if (ready.length === 0 || ready.length > MAX_WORKERS) return undefined;
  const chunks = chunksOf(spans);
  return {
    schedule: schedule as ScheduleName,
    chunk: optionOf(record, "chunk") ?? commonSize(schedule as ScheduleName, chunks),
    givesBack: record.options?.["givesBack"] === true,
    items,
    unit: record.unit ?? 1,
    wall,
    ready,
    chunks,
    sampledFrom: sampledFrom(record, chunks.length),
    cores: numberIn(record.environment, "cores"),
    need: needOf(record),
    driverEncode: record.serialization?.driverEncode ?? 0,
    driverDecode: record.serialization?.driverDecode ?? 0,
    driverBusy: record.driver?.busy === undefined ? undefined : Math.min(wall, record.driver.busy),
    driverStarting: driverStartingOf(record, ready),
    isCold: isCold(record, ready),
    threadStart: threadStartOf(record),
    helpers: helpersOf(record),
    input: inputOf(record),
    results: resultsOf(record),
    broadcast: broadcastOf(record),
    computeScaling: record.computeScaling?.value,
    crowding: crowdingOf(record),
  };
}

/** No clock tells less: a record of a shorter run is damaged, or of nothing. */
export const SHORTEST_S = 1e-9;

/** Workers that never loaded the task took no part in it. */
function readyOf({ perWorker = [] }: RunRecord): readonly number[] {
  return perWorker.flatMap(({ ready }) => (typeof ready === "number" ? [ready] : []));
}

function chunksOf(spans: RunSpans): readonly RecordedChunk[] {
  const { worker, start, end, begin, duration, decode, read, run, encode } = spans;
  return Array.from({ length: worker.length }, (_, i) => {
    const at = (column: ArrayLike<number> | undefined) => column?.[i] ?? 0;
    const parts = at(decode) + at(read) + at(run) + at(encode);
    return {
      worker: at(worker),
      start: at(start),
      end: at(end),
      begin: at(begin),
      done: at(begin) + (duration?.[i] ?? parts),
      decode: at(decode),
      encode: at(encode),
      ...(run === undefined ? {} : { parts }),
    };
  });
}

/** The `chunk` option of schedules whose chunks all have its size, from what they handed out. */
function commonSize(schedule: ScheduleName, chunks: readonly RecordedChunk[]): number | undefined {
  if (schedule !== "static" && schedule !== "dynamic") return undefined;
  const workers = new Set(chunks.map(({ worker }) => worker)).size;
  if (schedule === "static" && chunks.length <= workers) return undefined;
  return chunks.reduce((size, { start, end }) => Math.max(size, end - start), 0) || undefined;
}

function sampledFrom(
  { spans, buckets, serialization }: RunRecord,
  recorded: number,
): AllChunks | undefined {
  const count = spans?.count ?? recorded;
  if (count <= recorded || buckets === undefined) return undefined;
  const { workerDecode = 0, workerEncode = 0 } = serialization ?? {};
  const { transfer, gc, useful, starve } = buckets;
  const seconds = transfer + gc + useful - workerDecode - workerEncode;
  return { count, seconds, pauses: starve };
}

/**
 * From what workers had of the cores: of the time in which they ran chunks and did not queue for
 * a core. Undefined where a worker could not tell.
 */
function needOf({ perWorker = [] }: RunRecord): number | undefined {
  let onCore = 0;
  let unqueued = 0;
  for (const { cpu, runQueue = 0, useful = 0, transfer = 0, gc = 0 } of perWorker) {
    if (cpu === undefined) return undefined;
    onCore += cpu;
    // Reading is part of the transfer.
    unqueued += useful + transfer + gc - runQueue;
  }
  return unqueued > 0 ? Math.min(1, onCore / unqueued) : undefined;
}

/** No longer than the thread was busy at all, nor than until a worker was ready. */
function driverStartingOf(
  { driver, wall = 0 }: RunRecord,
  ready: readonly number[],
): number | undefined {
  if (driver?.busy === undefined || driver.starting === undefined) return undefined;
  return Math.max(0, Math.min(driver.starting, driver.busy, wall, ...ready));
}

/** Threads that were there say what they had of the cores, and not what they took to start. */
function isCold({ perWorker = [], driver }: RunRecord, ready: readonly number[]): boolean {
  if (perWorker.some(({ starting }) => starting !== undefined)) return true;
  const isTold = driver?.starting !== undefined && perWorker.some(({ cpu }) => cpu !== undefined);
  return !isTold && Math.min(...ready) - (driver?.starting ?? 0) > COLD_S;
}

/** The mean of the threads that were started for the job. */
function threadStartOf({ perWorker = [] }: RunRecord): number | undefined {
  const started = perWorker.flatMap(({ starting }) => starting ?? []);
  if (started.length === 0) return undefined;
  return Math.max(0, started.reduce((sum, seconds) => sum + seconds, 0) / started.length);
}

/** More than one for each would be another program in the same process. */
function helpersOf({ perWorker = [], helpers, driver }: RunRecord): number | undefined {
  if (helpers === undefined || driver?.busy === undefined) return undefined;
  const ofWorkers = perWorker.reduce((sum, { cpu = 0, starting = 0 }) => sum + cpu + starting, 0);
  const all = ofWorkers + driver.busy;
  return all > SHORTEST_S ? Math.max(0, Math.min(MAX_HELPERS, helpers / all)) : undefined;
}

function crowdingOf({ perWorker = [], buckets }: RunRecord): number {
  if (buckets === undefined) return CROWDING;
  const read = perWorker.reduce((sum, worker) => sum + (worker.read ?? 0), 0);
  const busy = buckets.transfer + buckets.gc + buckets.useful;
  return CROWDING + (CROWDING_READERS - CROWDING) * (busy > 0 ? read / busy : 0);
}

function inputOf({ routes, serialization }: RunRecord): Traffic | undefined {
  const input = figuresOf(routes?.input);
  if (input === undefined) return undefined;
  const { route, copied, moved, arrays } = input;
  const read = typeof routes?.bytesRead === "number" ? routes.bytesRead : 0;
  return {
    route,
    copied: copied || (serialization?.bytesOut ?? 0) - moved,
    moved,
    read,
    packed: 0,
    arrays,
  };
}

function resultsOf({ routes, serialization }: RunRecord): Traffic | undefined {
  const results = figuresOf(routes?.results);
  const { json = 0, columns = 0 } = serialization?.bytesInBy ?? {};
  return results && { ...results, read: 0, packed: json + columns };
}

function broadcastOf({ routes, workers }: RunRecord): Broadcast | undefined {
  const { copied = 0, seconds = 0 } = figuresOf(routes?.broadcast) ?? {};
  return copied === 0 || !workers ? undefined : { bytes: copied / workers, seconds };
}

function figuresOf(value: unknown) {
  if (typeof value !== "object" || value === null) return undefined;
  const route = "route" in value && typeof value.route === "string" ? value.route : "none";
  const number = (name: string) => numberIn(value, name) ?? 0;
  return {
    route,
    copied: number("copied"),
    moved: number("moved"),
    arrays: number("arrays"),
    seconds: number("seconds"),
  };
}

function optionOf({ options }: RunRecord, name: string): number | undefined {
  return numberIn(options, name);
}

function numberIn(holder: object | undefined, name: string): number | undefined {
  const value = (holder as Record<string, unknown> | undefined)?.[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
