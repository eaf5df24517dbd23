import { InvalidOptionError } from "./errors.ts";
import { intoView, type ResultArray } from "./into.ts";
import type { ItemSample } from "./job-call.ts";
import type { ResolvedOptions } from "./options.ts";
import { optionsRecord } from "./options-record.ts";
import { now } from "./protocol/clock.ts";
import type { JobMode, JobSpec, SourceAccess } from "./protocol/messages.ts";
import { referenceOf, type TaskReference, taskName } from "./protocol/reference.ts";
import type { OtherThreads } from "./report/other-threads.ts";
import type { Leaf } from "./report/report.ts";
import { NEEDS_LENGTH, SCHEDULES, type ScheduleName } from "./schedules/registry.ts";
import type { Chunk, Schedule } from "./schedules/schedule.ts";
import type { Route, Source } from "./sources/source.ts";
import { type Described, type DescribeHooks, describeTasks } from "./task/describe.ts";
import type { AnyFunction } from "./task/task.ts";

/** A fold is cut into at most this many blocks: enough to keep 64 workers busy to the end. */
const MAX_FOLD_BLOCKS = 4_096;
/** Items of a block of a fold where the number of items is not known. */
const OPEN_FOLD_BLOCK = 64;

/** Everything about a job that is settled before it starts. */
export interface JobPlan {
  readonly spec: JobSpec;
  readonly task: { readonly name: string; readonly fn: AnyFunction };
  readonly init: AnyFunction | undefined;
  readonly source: Source<unknown>;
  /** Where results are written; `spec.into` is the same as workers have it. */
  readonly into: ResultArray | undefined;
  readonly route: Route;
  /** Worker threads; 0 where the job runs in place. */
  readonly workers: number;
  readonly scheduleName: string;
  /** Indices that the driver deals in: items, or blocks of `spec.unit` items. */
  readonly indexCount: number;
  readonly schedule: Schedule;
  readonly inFlight: number | undefined;
  readonly onError: "stop" | "collect";
  /** Milliseconds that an item may take. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** When the job was asked for, in ms of the shared clock. */
  readonly begin: number;
  /** The threads of the process that will be none of the job's. */
  readonly others: OtherThreads | undefined;
  /** Stack of the place where the job was started. */
  readonly site: string | undefined;
  readonly loadTimeout: number;
  /** Indices that are not run at all, of a job that only measures what the others cost. */
  readonly skipped: readonly Chunk[] | undefined;
  /** Whether it is measured; and how workers slow each other down, too. */
  readonly isRecorded: boolean;
  readonly calibrates: boolean;
  /** What it runs with, for its report. */
  readonly options: Readonly<Record<string, Leaf>>;
}

/** What is to be planned. */
export interface PlanRequest {
  readonly source: Source<unknown>;
  readonly fn: AnyFunction;
  readonly mode: JobMode;
  readonly options: ResolvedOptions;
  /** Threads of the executor; 0 where the job runs in place. */
  readonly workers: number;
  readonly initial?: unknown;
  readonly into?: ResultArray | undefined;
  /** Items of a block of a fold. */
  readonly block?: number | undefined;
  /** When the job was asked for, in ms of the shared clock. @default now */
  readonly begin?: number | undefined;
  /** The threads of the process that will be none of the job's. @default nobody looks at them */
  readonly others?: OtherThreads | undefined;
  /** Stack of the place where the job was started. */
  readonly site?: string | undefined;
  /** Indices that are run; all by default. */
  readonly sample?: ItemSample | undefined;
}

/**
 * Settles route and schedule. The functions are taken as they are at hand; {@link describePlan}
 * finds how they reach workers.
 *
 * @throws InvalidOptionError if the source does not offer the route, or the schedule needs a
 *   length or costs that there are not
 * @throws InvalidOptionError, ArrayMismatchError if results cannot be written into `into`
 */
export function planJob(request: PlanRequest): JobPlan {
  const { source, fn, mode, options, workers } = request;
  refuseOptions(request);
  const itemCount = isPulled(source) ? Infinity : (source.length ?? Infinity);
  const unit = mode === "fold" ? foldBlock(itemCount, request.block) : 1;
  const indexCount = Math.ceil(itemCount / unit);
  const { route, access } = chooseRoute(source, options);
  const givesBack = workers > 0 && indexCount !== Infinity && !sendsObjects(source);
  const spec: JobSpec = {
    task: local(fn),
    mode,
    source: access,
    itemCount,
    unit,
    init: options.init && local(options.init),
    with: options.with,
    results: options.results,
    initial: request.initial,
    into: request.into === undefined ? undefined : intoView(request.into, source),
    retries: options.retries,
    retryDelay: options.retryDelay,
  };
  const schedule = scheduleName(request, indexCount);
  return {
    spec,
    task: { name: fn.name || taskName(spec.task), fn },
    init: options.init as AnyFunction | undefined,
    source,
    into: request.into,
    route,
    workers,
    scheduleName: schedule,
    indexCount,
    schedule: makeSchedule(request, { indexCount, unit, givesBack }),
    inFlight: options.inFlight,
    onError: options.onError,
    timeout: options.timeout,
    signal: options.signal,
    begin: request.begin ?? now(),
    others: request.others,
    site: request.site,
    loadTimeout: options.loadTimeout,
    skipped: request.sample === undefined ? undefined : allBut(request.sample, indexCount),
    isRecorded: options.report.isOn,
    calibrates: options.report.calibrate && options.inline === "never" && workers > 0,
    options: optionsRecord(options, {
      workers,
      schedule,
      route,
      into: request.into !== undefined,
      givesBack,
    }),
  };
}

/** The gaps between the groups of a sample, each in the middle of its part of the whole. */
function allBut({ groups, each }: ItemSample, indexCount: number): readonly Chunk[] {
  const gaps: Chunk[] = [];
  let end = 0;
  for (let group = 0; group < groups; group++) {
    const middle = ((group + 0.5) * indexCount) / groups;
    const start = Math.max(end, Math.floor(middle - each / 2));
    if (start > end) gaps.push({ start: end, end: start });
    end = start + each;
  }
  if (end < indexCount) gaps.push({ start: end, end: indexCount });
  return gaps;
}

/**
 * The plan with functions that workers can find.
 *
 * @throws NotSendableError, CaptureRefusedError if a function cannot reach the workers
 */
export function describePlan(plan: JobPlan, hooks?: DescribeHooks): JobPlan {
  const described: Described[] = [{ fn: plan.task.fn, what: "the task" }];
  if (plan.init !== undefined) described.push({ fn: plan.init, what: "`init`" });
  const [task = LOCAL, init] = describeTasks(described, hooks);
  const name = plan.task.fn.name || taskName(task);
  return { ...plan, spec: { ...plan.spec, task, init }, task: { ...plan.task, name } };
}

/** Options that mean nothing here would be believed to hold. */
function refuseOptions({ mode, options, workers }: PlanRequest): void {
  if (mode === "fold" && options.onError === "collect") {
    const hint = ". A total without some of its items would be wrong";
    throw new InvalidOptionError("onError", '"stop" for `reduce`', options.onError, hint);
  }
  if (mode !== "map" && options.results === "columns") {
    const hint = mode === "fold" ? "its result is one total" : "nothing is sent back";
    const expected = `absent for \`${mode === "fold" ? "reduce" : "forEach"}\``;
    throw new InvalidOptionError("results", expected, options.results, `: ${hint}`);
  }
  if (workers === 0 && options.timeout !== undefined) {
    const hint = ". Nobody could interrupt an item that runs in the caller's thread";
    throw new InvalidOptionError("timeout", "absent with `workers: 0`", options.timeout, hint);
  }
}

/** Items that come one after the other are counted as they come, whatever was announced. */
function isPulled({ access, items }: Source<unknown>): boolean {
  return access === undefined && items === undefined;
}

/** A stand-in where the function itself is at hand and never looked up. */
const LOCAL: TaskReference = { kind: "registered", url: "", id: "#task", alike: 1 };

function local(fn: AnyFunction): TaskReference {
  return referenceOf(fn) ?? LOCAL;
}

/** Routes that a source's items can take, the one that "auto" takes first. */
export function offeredRoutes({ access, items, pull, isFresh }: Source<unknown>): readonly Route[] {
  const copies = items !== undefined || pull !== undefined;
  const moves = items !== undefined && isFresh === true;
  const routes = new Set<Route>(access === undefined ? [] : [access.route]);
  if (moves) routes.add("move");
  if (copies) routes.add("copy");
  return [...routes];
}

/** Schedules that can serve a source with these options. */
export function offeredSchedules(
  source: Source<unknown>,
  costs: ArrayLike<number> | undefined,
): readonly ScheduleName[] {
  const names = Object.keys(SCHEDULES) as ScheduleName[];
  const isOpen = isPulled(source) || source.length === undefined;
  return names.filter((name) => {
    if (name === "balanced" && (costs ?? source.costs) === undefined) return false;
    return !(isOpen && NEEDS_LENGTH.has(name));
  });
}

function chooseRoute(
  source: Source<unknown>,
  { route: wanted, isChosen }: ResolvedOptions,
): { readonly route: Route; readonly access: SourceAccess } {
  const { access } = source;
  const offered = offeredRoutes(source);
  const moves = offered.includes("move");
  const copies = offered.includes("copy");
  const isOffered = offered.includes(wanted as Route);
  const any = wanted === "auto" || (!isOffered && !isChosen.route);
  if (access !== undefined && (any || wanted === access.route)) {
    return { route: access.route, access: access.how };
  }
  if (moves && (any || wanted === "move")) {
    return { route: "move", access: { kind: "payload" } };
  }
  if (copies && (any || wanted === "copy")) {
    return { route: "copy", access: { kind: "payload" } };
  }
  const names = offered.join(", ");
  const hint = wanted === "move" ? ". To move single items, mark them: `move(item)`" : "";
  const what = `one that a source of kind ${source.name} offers (${names})`;
  throw new InvalidOptionError("route", what, wanted, hint);
}

/** A schedule that only the environment proposes gives way where it cannot serve. */
function scheduleName({ options }: PlanRequest, indexCount: number): ScheduleName {
  const { schedule, isChosen } = options;
  const suits = indexCount !== Infinity || !NEEDS_LENGTH.has(schedule);
  return suits || isChosen.schedule ? schedule : "auto";
}

/** How the items are cut into indices. */
interface Cut {
  readonly indexCount: number;
  /** Items of an index. */
  readonly unit: number;
  /** Whether workers give back what they have no time for. */
  readonly givesBack: boolean;
}

function makeSchedule(request: PlanRequest, { indexCount, unit, givesBack }: Cut): Schedule {
  const { source, options, workers } = request;
  const { chunk } = options;
  const name = scheduleName(request, indexCount);
  if (indexCount === Infinity && NEEDS_LENGTH.has(name)) {
    const hint = `. The length of this ${source.name} is not known before its end; collect it into an array first`;
    throw new InvalidOptionError("schedule", '"auto" or "dynamic"', name, hint);
  }
  const costs = options.costs ?? (name === "balanced" ? source.costs : undefined);
  if (costs !== undefined && costs.length !== source.length) {
    throw new InvalidOptionError(
      "costs",
      `one cost for each of the ${source.length} items`,
      costs.length,
    );
  }
  return SCHEDULES[name]({
    itemCount: indexCount,
    workers: Math.max(1, workers),
    chunk: chunk === undefined ? undefined : Math.ceil(chunk / unit),
    isDivisible: options.inline === "auto",
    givesBack,
    costs: costs === undefined ? undefined : costsOfBlocks(costs, unit),
  });
}

/** Objects may be large, and what is given back is sent twice. */
function sendsObjects({ access, items }: Source<unknown>): boolean {
  if (access !== undefined || items === undefined) return false;
  try {
    const first = items(0, 1);
    return "then" in first || (typeof first[0] === "object" && first[0] !== null);
  } catch {
    // The job will say so, when it comes to that item.
    return false;
  }
}

/**
 * The blocks of a fold depend on the number of items alone, never on workers or schedule, so
 * that floating-point sums come out the same bits however the work was divided.
 */
function foldBlock(itemCount: number, block: number | undefined): number {
  if (block !== undefined) return block;
  if (itemCount === Infinity) return OPEN_FOLD_BLOCK;
  return Math.max(1, Math.ceil(itemCount / MAX_FOLD_BLOCKS));
}

function costsOfBlocks(costs: ArrayLike<number>, unit: number): ArrayLike<number> {
  if (unit === 1) return costs;
  const blocks = new Float64Array(Math.ceil(costs.length / unit));
  for (let i = 0; i < costs.length; i++) {
    const block = Math.floor(i / unit);
    const cost = costs[i] as number;
    if (cost > 0) blocks[block] = (blocks[block] as number) + cost;
  }
  return blocks;
}
