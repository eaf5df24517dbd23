import { availableParallelism } from "node:os";
import {
  assertFunction,
  assertInteger,
  assertKnownKeys,
  assertObject,
  assertOneOf,
} from "./assert.ts";
import { InvalidOptionError } from "./errors.ts";
import { THREAD_OPTION_NAMES, type ThreadOptions } from "./executors/threads/thread-options.ts";
import type { ResultArray } from "./into.ts";
import { type ResolvedJournal, resolveJournal } from "./journal-option.ts";
import { SCHEDULES, type ScheduleName } from "./schedules/registry.ts";
import type { Route } from "./sources/source.ts";
import { resolveThreadOptions } from "./thread-options.ts";

/** Options of every job. */
export interface JobOptions<W = unknown> extends ThreadOptions {
  /**
   * Worker threads; 0 runs the job in the caller's thread.
   * @default `SWATH_WORKERS`, else the number of cores that this process may use
   */
  readonly workers?: number | undefined;
  /**
   * Whether a job may run in the caller's thread where that is faster. "never" leaves the
   * caller's event loop free, and nothing that a task does (`process.exit`, running out of
   * memory) ends the program. "auto" begins there as soon as the call has returned, for up to some
   * 25 ms at first and then a slice of some 10 ms at a time, and goes over to the workers when the
   * rest is predicted to be faster on them; so that a job is never slower than the plain loop. In
   * place, a task gets the items themselves and the caller the results themselves, not copies; `init`
   * runs there too. An item that takes long keeps the event loop waiting, and with it every signal
   * that the program handles.
   *
   * What only threads can do (`timeout`, `resourceLimits`, `stdio`, `maxItemsPerWorker`,
   * `maxMemoryPerWorker`, a schedule that pins chunks to workers) starts them at once. Where
   * threads could not do the same as the loop (a captured variable or captured data is written, an
   * item is an instance of a class) the job stays in place, and its report says why. That is seen in
   * the function's text and in a sample of items: writes through other functions' parameters, and
   * odd items among many, are not.
   * @default `SWATH_INLINE`, else "never"
   */
  readonly inline?: "auto" | "never" | undefined;
  /**
   * How chunks are cut and handed out.
   * @default `SWATH_SCHEDULE`, else "auto"
   */
  readonly schedule?: ScheduleName | undefined;
  /**
   * Chunk size in items: the size itself for `static` and `dynamic`, the smallest size for the
   * others.
   * @default `SWATH_CHUNK`, else what the schedule finds best
   */
  readonly chunk?: number | undefined;
  /**
   * How items reach the workers. "auto" takes the first that the source offers of "share",
   * "read", "move", "copy".
   * @default `SWATH_ROUTE`, else "auto"
   */
  readonly route?: Route | "auto" | undefined;
  /**
   * Relative cost of each item, finite and from 0 up, in any unit: `balanced` needs it, unless the
   * source knows it; `auto` becomes `balanced` with it.
   */
  readonly costs?: ArrayLike<number> | undefined;
  /**
   * For streams: how many items may be handed out ahead of what the caller has taken. Under
   * `static`, `steal` and `balanced`, which do not go from the front to the back, the chunk that
   * crosses the bound is still handed out, and an ordered stream cannot be bounded at all.
   * @default four chunks per worker, of at most 16,384 items and some 4 MB each unless `chunk` says more
   */
  readonly inFlight?: number | undefined;
  /**
   * What an item that fails does: "stop" ends the job with its error; "collect" lets the other
   * items go on and rejects with `SWATH_TASKS_FAILED` in the end. Not for `reduce`.
   * @default "stop"
   */
  readonly onError?: "stop" | "collect" | undefined;
  /**
   * How often an item whose task threw, or took too long, is tried again. The item that was
   * running when its worker was lost is run again in any case.
   * @default 0
   */
  readonly retries?: number | undefined;
  /**
   * Milliseconds before the first retry; doubled before each further one, up to a minute.
   * @default 0
   */
  readonly retryDelay?: number | undefined;
  /**
   * Milliseconds that an item may take, counted from its start; its thread is ended when it
   * takes longer, to within two tenths, and nothing that the thread has done is lost: saving each
   * result for that costs half a microsecond, if it is not a number. Not with `workers: 0`: nobody
   * could interrupt it.
   * @default none
   */
  readonly timeout?: number | undefined;
  /** Runs once in each worker before its first item; what it returns is `context.state`. */
  readonly init?: ((context: never) => unknown) | undefined;
  /** A value for `context.with`: sent once to each worker, not once for each chunk. */
  readonly with?: W | undefined;
  /** Cancels the job; its `reason` is what the job rejects with. */
  readonly signal?: AbortSignal | undefined;
  /**
   * A file in which finished chunks are noted with their results. If it exists, the job goes on
   * from there; it must be the same job (same items, function, `init`, `with`), unless `force`
   * says that its results are right all the same.
   * With `SWATH_JOURNAL=off` no job has one.
   *
   * @default `SWATH_JOURNAL` (the second job of a program adds ".2" to it, and so on), else none
   */
  readonly journal?: string | URL | JournalOption | undefined;
  /**
   * Whether the job is measured. `false` leaves out what is measured for the report alone, and
   * `job.report` rejects. `{ calibrate: true }` measures too how much workers slow each other
   * down: up to 24 times in the job, for some tens of milliseconds, one of them runs small
   * chunks while the others rest. Every item still runs once.
   * @default true
   */
  readonly report?: boolean | ReportOption | undefined;
  /**
   * How long a worker may take to import the task's module and to open the source, in ms, `init`
   * not counted; 0 for as long as it likes. After that the job rejects with
   * `SWATH_LOAD_TIMEOUT`.
   * @default 60_000
   */
  readonly loadTimeout?: number | undefined;
}

/** Options of `map`. */
export interface MapOptions<W = unknown, A extends ResultArray = ResultArray>
  extends JobOptions<W> {
  /**
   * As what `map` gives the results. "values": plain objects, whatever way they came. "columns": as
   * they came from the workers, in typed arrays, out of which rows are made when they are looked at
   * (`Columns`). All results must have one shape then: numbers, booleans, strings, null, and plain
   * objects and arrays of these. A result with another shape fails like an item that throws.
   * @default "values"
   */
  readonly results?: "values" | "columns" | undefined;
  /**
   * An array in shared memory, as long as the source, that takes the results. What an item that
   * fails would have written stays as it was. Not with a `journal`, nor with `results`.
   * @default none: results are sent back
   */
  readonly into?: A | undefined;
}

/** The `report` option in full. */
export interface ReportOption {
  /** Gives `computeScaling` and `speedup`. @default false */
  readonly calibrate?: boolean | undefined;
}

/** The `journal` option in full. */
export interface JournalOption {
  readonly path: string | URL;
  /** Uses the results though function or items have changed. @default false */
  readonly force?: boolean | undefined;
}

/** Names of the options that all jobs have, for those who pass them on. */
export const JOB_OPTION_NAMES = [
  "workers",
  "inline",
  "schedule",
  "chunk",
  "route",
  "costs",
  "inFlight",
  "onError",
  "retries",
  "retryDelay",
  "timeout",
  "init",
  "with",
  "signal",
  "journal",
  "report",
  "loadTimeout",
  ...THREAD_OPTION_NAMES,
] as const satisfies readonly (keyof JobOptions)[];

/** Options with every default filled in. */
export interface ResolvedOptions extends ThreadOptions {
  readonly workers: number;
  readonly inline: "auto" | "never";
  readonly schedule: ScheduleName;
  readonly chunk: number | undefined;
  readonly route: Route | "auto";
  readonly costs: ArrayLike<number> | undefined;
  readonly inFlight: number | undefined;
  readonly results: "values" | "columns";
  readonly onError: "stop" | "collect";
  readonly retries: number;
  readonly retryDelay: number;
  readonly timeout: number | undefined;
  readonly init: ((context: never) => unknown) | undefined;
  readonly with: unknown;
  readonly signal: AbortSignal | undefined;
  readonly journal: ResolvedJournal | undefined;
  readonly report: { readonly isOn: boolean; readonly calibrate: boolean };
  readonly loadTimeout: number;
  /** What the caller asked for in so many words; the environment only proposes. */
  readonly isChosen: { readonly schedule: boolean; readonly route: boolean };
}

const ROUTES = ["auto", "copy", "move", "share", "read"] as const;
/** More threads than this are a mistake, not a wish. */
const MAX_WORKERS = 1024;
/** Long enough for any honest module on a slow disk, short enough to be seen in a log. */
const LOAD_TIMEOUT_MS = 60_000;
/** Node's timers go no further. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Checks options and fills in defaults: the option itself, then the environment, then the rule.
 *
 * @throws InvalidOptionError for the first that is not right
 */
export function resolveOptions(
  options: Omit<MapOptions, "into">,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ResolvedOptions {
  assertObject("options", options);
  assertKnownKeys("options", options, [...JOB_OPTION_NAMES, "results"]);
  const { costs, inFlight, init, signal, timeout, loadTimeout = LOAD_TIMEOUT_MS } = options;
  const { results = "values", onError = "stop", retries = 0, retryDelay = 0 } = options;
  const schedule = options.schedule ?? environment["SWATH_SCHEDULE"] ?? "auto";
  const inline = options.inline ?? (environment["SWATH_INLINE"] || "never");
  const route = options.route ?? environment["SWATH_ROUTE"] ?? "auto";
  const chunk = options.chunk ?? numberFrom(environment, "SWATH_CHUNK");
  assertOneOf("inline", inline, ["auto", "never"]);
  assertOneOf("schedule", schedule, Object.keys(SCHEDULES));
  assertOneOf("route", route, ROUTES);
  if (chunk !== undefined) assertInteger("chunk", chunk, { min: 1 });
  if (inFlight !== undefined) assertInteger("inFlight", inFlight, { min: 1 });
  assertOneOf("results", results, ["values", "columns"]);
  assertOneOf("onError", onError, ["stop", "collect"]);
  assertInteger("retries", retries, { min: 0 });
  assertInteger("retryDelay", retryDelay, { min: 0 });
  if (timeout !== undefined) assertInteger("timeout", timeout, { min: 1, max: MAX_TIMEOUT_MS });
  if (init !== undefined) assertFunction("init", init);
  assertInteger("loadTimeout", loadTimeout, { min: 0, max: MAX_TIMEOUT_MS });
  if (costs !== undefined) assertCosts(costs);
  if (signal !== undefined && typeof signal.addEventListener !== "function") {
    throw new InvalidOptionError("signal", "an AbortSignal", signal);
  }
  return {
    workers: resolveWorkers(options.workers, environment),
    inline: inline as "auto" | "never",
    schedule: schedule as ScheduleName,
    chunk,
    route: route as Route | "auto",
    costs,
    inFlight,
    results,
    onError,
    retries,
    retryDelay,
    timeout,
    init,
    with: options.with,
    signal,
    journal: resolveJournal(options.journal, environment),
    report: resolveReport(options.report),
    loadTimeout,
    ...resolveThreadOptions(options),
    isChosen: { schedule: options.schedule !== undefined, route: options.route !== undefined },
  };
}

function assertCosts(costs: ArrayLike<number>): void {
  if (typeof costs !== "object" || typeof costs?.length !== "number") {
    throw new InvalidOptionError("costs", "an array of numbers", costs);
  }
  for (let i = 0; i < costs.length; i++) {
    const cost = costs[i];
    if (typeof cost === "number" && cost >= 0 && cost < Infinity) continue;
    throw new InvalidOptionError(`costs[${i}]`, "a finite number from 0 up", cost);
  }
}

function resolveReport(option: JobOptions["report"] = true): ResolvedOptions["report"] {
  if (typeof option === "boolean") return { isOn: option, calibrate: false };
  if (typeof option !== "object" || option === null) {
    throw new InvalidOptionError("report", "a boolean or an object with `calibrate`", option);
  }
  assertKnownKeys("report", option, ["calibrate"]);
  const { calibrate = false } = option;
  if (typeof calibrate !== "boolean") {
    throw new InvalidOptionError("report.calibrate", "a boolean", calibrate);
  }
  return { isOn: true, calibrate };
}

/** The number of workers: as given, else from the environment, else one for each usable core. */
export function resolveWorkers(
  workers: number | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const count = workers ?? numberFrom(environment, "SWATH_WORKERS") ?? availableParallelism();
  assertInteger("workers", count, { min: 0, max: MAX_WORKERS });
  return count;
}

function numberFrom(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): number | undefined {
  const text = environment[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidOptionError(name, "a whole number", text);
  return value;
}
