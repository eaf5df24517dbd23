import type { LocalFunctions } from "./executors/executor.ts";
import { logOf, plainHost } from "./executors/host.ts";
import type { OwnContext } from "./executors/task-context.ts";
import type { JobCall } from "./job-call.ts";
import type { ResolvedOptions } from "./options.ts";
import { now } from "./protocol/clock.ts";
import { referenceOf } from "./protocol/reference.ts";
import { AS_SOURCE, type Source } from "./sources/source.ts";
import type { AnyFunction } from "./task/task.ts";

/**
 * The first items may take so long, and whatever the last of them takes. Making a job of a call
 * takes 8 to 20 ms the first time in a process: a loop that is over before is not made one.
 */
const MAX_MS = 25;
/**
 * After that it is seen how long the whole loop would take: one that takes longer is left. Before,
 * V8 has hardly begun to compile what is called, and a loop seems to be many times as long as it is.
 */
const LOOK_MS = 5;

/** What calling the task came to, where that was no result: whoever goes on is given it. */
export type FirstOutcome =
  | { readonly thrown: unknown }
  | { readonly pending: PromiseLike<unknown> };

/** Items that ran one after the other; it took so many ms. */
interface Batch {
  readonly start: number;
  readonly end: number;
  readonly items: ArrayLike<unknown>;
  readonly ms: number;
}

/** What the first items of a job came to, which were run before anything else was done about it. */
export interface HeadStart {
  /** Items that are done. */
  readonly count: number;
  /** Their results, where they are wanted. */
  readonly values: readonly unknown[];
  /** The batches in which they ran, one after the other. */
  readonly batches: readonly Batch[];
  /** When the first of them began and the last had ended, in ms of the shared clock. */
  readonly begin: number;
  readonly end: number;
  /** What the item after them has come to so far: the task has been called for it. */
  readonly next: FirstOutcome | undefined;
  /** Of the signal that these items have seen, if any has looked. */
  readonly abort: AbortController | undefined;
}

/**
 * Runs the first items of a call that may run in the caller's thread, at once and one after the
 * other, until some {@link MAX_MS} have passed, or it can be seen that they will not do.
 *
 * @returns undefined where the call asks for more than a loop does
 */
export function headStart(
  { request, source: like, fn, sample }: JobCall,
  options: ResolvedOptions,
  source: Source<unknown>,
): HeadStart | undefined {
  const { mode } = request;
  const itemsOf = readerOf(like, source);
  const isLoop = mode !== "fold" && request.into === undefined && sample === undefined;
  if (!isLoop || itemsOf === undefined || !isPlain(options)) return undefined;
  // A stand-in, which cannot be called.
  if (referenceOf(fn)?.kind === "export") return undefined;
  return run(fn, source.length as number, itemsOf, options.with, mode === "map");
}

/** The functions of a job that has had a head start, for whoever goes on. */
export function afterHead({ count, next, abort }: HeadStart, fn: AnyFunction): LocalFunctions {
  let outcome = next;
  const task: AnyFunction = (item, context: OwnContext) => {
    if (outcome === undefined || context.index !== count) return fn(item, context);
    const came = outcome;
    outcome = undefined;
    if ("thrown" in came) throw came.thrown;
    return came.pending;
  };
  return { task: next === undefined ? fn : task, abort };
}

type ItemsOf = (start: number, end: number) => ArrayLike<unknown>;

/** How to have items at once, without a promise and without code of strangers. */
function readerOf(like: unknown, source: Source<unknown>): ItemsOf | undefined {
  const isList = Array.isArray(like) || ArrayBuffer.isView(like);
  if (isList && !(AS_SOURCE in like)) return source.items as ItemsOf;
  const how = source.access?.how;
  if (how?.kind !== "range") return undefined;
  const { first, step } = how;
  return (start, end) => Array.from({ length: end - start }, (_, i) => first + (start + i) * step);
}

/** Whether nothing is asked for that a loop could not do. */
function isPlain(options: ResolvedOptions): boolean {
  const { inline, workers, schedule, chunk, route, results, report } = options;
  const { costs, inFlight, timeout, init, signal, journal } = options;
  const { resourceLimits, stdio, maxItemsPerWorker, maxMemoryPerWorker } = options;
  const isAuto = inline === "auto" && workers > 0 && schedule === "auto" && route === "auto";
  if (!isAuto || results !== "values" || report.calibrate) return false;
  const others = [chunk, costs, inFlight, timeout, init, signal, journal];
  const ofThreads = [resourceLimits, stdio, maxItemsPerWorker, maxMemoryPerWorker];
  return [...others, ...ofThreads].every((option) => option === undefined);
}

function run(
  fn: AnyFunction,
  length: number,
  itemsOf: ItemsOf,
  given: unknown,
  isKept: boolean,
): HeadStart {
  const context = new HeadContext(given);
  const values: unknown[] = [];
  const batches: Batch[] = [];
  const begin = now();
  let at = begin;
  let count = 0;
  let next: FirstOutcome | undefined;
  while (count < length && next === undefined) {
    const start = count;
    const items = itemsOf(start, Math.min(length, start + Math.max(1, start)));
    next = runBatch(fn, items, context, start, isKept ? values : undefined);
    count = next === undefined ? start + items.length : context.index;
    const ms = now() - at;
    at += ms;
    if (count > start) batches.push({ start, end: count, items, ms });
    const soFar = at - begin;
    const rest = ((length - count) * ms) / (count - start);
    if (soFar >= MAX_MS || (soFar >= LOOK_MS && soFar + rest > MAX_MS)) break;
  }
  return { count, values, batches, begin, end: at, next, abort: context.abort };
}

/** @returns what the item came to at which it ended, `context.index`, if it did not run them all */
function runBatch(
  fn: AnyFunction,
  items: ArrayLike<unknown>,
  context: HeadContext,
  from: number,
  values: unknown[] | undefined,
): FirstOutcome | undefined {
  try {
    for (let i = 0; i < items.length; i++) {
      context.index = from + i;
      const value = fn(items[i], context);
      if (isThenable(value)) {
        // It may have been rejected already, and is waited for only in a while.
        if (value instanceof Promise) value.catch(() => {});
        // It may look at its signal later, which is to be the job's.
        context.abort ??= new AbortController();
        return { pending: value };
      }
      values?.push(value);
    }
  } catch (thrown) {
    return { thrown };
  }
  return undefined;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** What tasks seldom look at is made when they do. */
class HeadContext implements OwnContext {
  index = -1;
  worker = 0;
  state = undefined;
  readonly with: unknown;
  abort: AbortController | undefined;

  constructor(given: unknown) {
    this.with = given;
  }

  get signal(): AbortSignal {
    this.abort ??= new AbortController();
    return this.abort.signal;
  }

  get log(): (...args: readonly unknown[]) => void {
    return logOf(plainHost(), this);
  }
}
