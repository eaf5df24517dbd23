import type { LocalFunctions } from "./executors/executor.ts";
import { logOf, plainHost } from "./executors/host.ts";
import type { OwnContext } from "./executors/task-context.ts";
import { THREAD_OPTION_NAMES } from "./executors/threads/thread-options.ts";
import type { JobCall } from "./job-call.ts";
import type { ResolvedOptions } from "./options.ts";
import { now } from "./protocol/clock.ts";
import { referenceOf } from "./protocol/reference.ts";
import { type MemoryReading, readMemory } from "./report/process-watch.ts";
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
/**
 * Items that take so long are each worth a look at the clock, which takes a microsecond before V8 has
 * compiled it; of shorter ones, so many are.
 */
const WORTH_A_LOOK_MS = 1e-2;
const ITEMS_A_LOOK = 64;

/** What calling the task came to, where that was no result: whoever goes on is given it. */
export type FirstOutcome =
  | { readonly thrown: unknown }
  | { readonly pending: PromiseLike<unknown> };

/** What the first items of a job came to. */
export interface HeadOutcome {
  /** Items that are done, and all that there are; whether these are the same. */
  readonly count: number;
  readonly length: number;
  readonly isWhole: boolean;
  /** Their results, where they are wanted. */
  readonly values: readonly unknown[];
  /** The first item alone. */
  readonly first: ArrayLike<unknown>;
  /** What was run, one after the other. */
  readonly batches: readonly Batch[];
  /** The items of the last batch, of which some may not have been run. */
  readonly items: ArrayLike<unknown> | undefined;
  /** When the first of them began and the last had ended, in ms of the shared clock. */
  readonly begin: number;
  readonly end: number;
  /** What the item after them has come to so far: the task has been called for it. */
  readonly next: FirstOutcome | undefined;
  /** Of the signal that these items have seen, if any has looked. */
  readonly abort: AbortController | undefined;
  /** Memory of the process then, where that is all and a report may be asked for later. */
  readonly memory: (() => MemoryReading) | undefined;
}

/** Items that ran one after the other; it took so many ms. */
interface Batch {
  readonly start: number;
  readonly end: number;
  readonly ms: number;
}

/** What a head start needs of a call. */
interface Loop {
  readonly fn: AnyFunction;
  readonly length: number;
  readonly itemsOf: (start: number, end: number) => ArrayLike<unknown>;
  readonly with: unknown;
  readonly keepsValues: boolean;
  readonly isMeasured: boolean;
}

/**
 * The first items of a call that may run in the caller's thread, to be run before a job is made of
 * it; undefined where it asks for more than a loop does.
 */
export function headStartOf(
  { request, source: like, fn, sample }: JobCall,
  options: ResolvedOptions,
  source: Source<unknown>,
): HeadStart | undefined {
  const { mode } = request;
  const itemsOf = readerOf(like, source);
  const isLoop = mode !== "fold" && request.into === undefined && sample === undefined;
  if (!isLoop || itemsOf === undefined || !isPlain(options) || !isPlainFunction(fn))
    return undefined;
  return new HeadStart({
    fn,
    length: source.length as number,
    itemsOf,
    with: options.with,
    keepsValues: mode === "map",
    isMeasured: options.report.isOn,
  });
}

/** Runs the first items of a loop, until some {@link MAX_MS} have passed or will not do. */
export class HeadStart {
  readonly #loop: Loop;
  readonly #values: unknown[] = [];
  readonly #batches: Batch[] = [];
  #first: ArrayLike<unknown> = [];
  #last: ArrayLike<unknown> | undefined;
  #count = 0;
  #begin = 0;
  /** When it looked at the clock last: all that are done were done by then. */
  #at = 0;
  #next: FirstOutcome | undefined;
  #abort: AbortController | undefined;
  #isStopped = false;

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  get length(): number {
    return this.#loop.length;
  }

  /** Items that are done so far. */
  get count(): number {
    return this.#count;
  }

  /** No further item is begun: a task may have asked for that. */
  stop(): void {
    this.#isStopped = true;
  }

  /** To be called once. */
  run(): HeadOutcome {
    const { length, isMeasured } = this.#loop;
    const context = this.#context();
    this.#begin = now();
    this.#at = this.#begin;
    while (this.#mayGoOn()) {
      const items = this.#itemsOf(
        this.#count,
        Math.min(length, this.#count + Math.max(1, this.#count)),
      );
      if (items === undefined) break;
      if (this.#count === 0) this.#first = items;
      this.#runBatch(items, context);
    }
    const isWhole = this.#count === length;
    // As when any job is over.
    if (isWhole) this.#abort?.abort();
    // What it calls later may look at its signal, which is to be the job's.
    if (this.#next !== undefined) this.#abort ??= new AbortController();
    return {
      count: this.#count,
      length,
      isWhole,
      values: this.#values,
      first: this.#first,
      batches: this.#batches,
      items: this.#last,
      begin: this.#begin,
      end: this.#at,
      next: this.#next,
      abort: this.#abort,
      memory: isWhole && isMeasured ? memorySoon() : undefined,
    };
  }

  #mayGoOn(): boolean {
    const left = this.#loop.length - this.#count;
    if (left === 0 || this.#next !== undefined || this.#isStopped) return false;
    const soFar = this.#at - this.#begin;
    const { start, end, ms } = this.#batches.at(-1) ?? { start: 0, end: 1, ms: 0 };
    const rest = (left * ms) / (end - start);
    return soFar < LOOK_MS || (soFar < MAX_MS && soFar + rest <= MAX_MS);
  }

  /** Undefined where the source does not give what it has promised: a job says why. */
  #itemsOf(start: number, end: number): ArrayLike<unknown> | undefined {
    try {
      const items = this.#loop.itemsOf(start, end);
      return items.length === end - start ? items : undefined;
    } catch {
      return undefined;
    }
  }

  #runBatch(items: ArrayLike<unknown>, context: OwnContext): void {
    const { fn, keepsValues } = this.#loop;
    const start = this.#count;
    const before = this.#at;
    const isLong = before - this.#begin >= start * WORTH_A_LOOK_MS;
    const last = items.length - 1;
    try {
      for (let i = 0; i <= last && !this.#isStopped; i++) {
        context.index = start + i;
        const value = fn(items[i], context);
        if (isThenable(value)) {
          this.#next = { pending: value };
          break;
        }
        if (keepsValues) this.#values.push(value);
        this.#count++;
        const isLast = i === last || this.#isStopped;
        if (!isLast && !isLong && i % ITEMS_A_LOOK !== 0) continue;
        this.#at = now();
        if (this.#at - this.#begin >= MAX_MS) break;
      }
    } catch (thrown) {
      this.#next = { thrown };
    }
    if (this.#next !== undefined) markHandled(this.#next);
    if (this.#count === start) return;
    this.#batches.push({ start, end: this.#count, ms: this.#at - before });
    this.#last = items;
  }

  /** As tasks are given it in a job; what they seldom look at is made when they do. */
  #context(): OwnContext {
    const signal = () => (this.#abort ??= new AbortController()).signal;
    const context: OwnContext = {
      index: -1,
      worker: 0,
      state: undefined,
      with: this.#loop.with,
      get signal() {
        return signal();
      },
      get log() {
        return logOf(plainHost(), context);
      },
    };
    return context;
  }
}

/** The functions of a job that has had a head start, for whoever goes on. */
export function afterHead({ count, next, abort }: HeadOutcome, fn: AnyFunction): LocalFunctions {
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

/**
 * A source of which only the first item is looked at any more: the others are the caller's again, and
 * may have changed.
 */
export function spent(source: Source<unknown>, { first }: HeadOutcome): Source<unknown> {
  if (source.items === undefined) return source;
  return { ...source, items: (start) => (start === 0 ? first : []) } as Source<unknown>;
}

/** Looks when the caller has the results, for it takes a while; or when it is asked, if that is before. */
function memorySoon(): () => MemoryReading {
  let reading: MemoryReading | undefined;
  const look = () => (reading ??= readMemory());
  setImmediate(look).unref();
  return look;
}

/** How to have items at once, without a promise. */
function readerOf(like: unknown, source: Source<unknown>): Loop["itemsOf"] | undefined {
  const isList = Array.isArray(like) || ArrayBuffer.isView(like);
  if (isList && !(AS_SOURCE in like)) return source.items as Loop["itemsOf"];
  const how = source.access?.how;
  if (how?.kind !== "range") return undefined;
  const { first, step } = how;
  return (start, end) => Array.from({ length: end - start }, (_, i) => first + (start + i) * step);
}

/** Whether nothing is asked for that a loop could not do. */
function isPlain(options: ResolvedOptions): boolean {
  const { inline, workers, schedule, chunk, route, results, report } = options;
  const { costs, inFlight, timeout, init, signal, journal } = options;
  const isAuto = inline === "auto" && workers > 0 && schedule === "auto" && route === "auto";
  if (!isAuto || results !== "values" || report.calibrate) return false;
  if (THREAD_OPTION_NAMES.some((name) => options[name] !== undefined)) return false;
  const others = [chunk, costs, inFlight, timeout, init, signal, journal];
  return others.every((option) => option === undefined);
}

/** A stand-in for an export cannot be called; an `async` function gives nothing but promises. */
function isPlainFunction(fn: AnyFunction): boolean {
  const isAsync = Object.prototype.toString.call(fn) === "[object AsyncFunction]";
  return !isAsync && referenceOf(fn)?.kind !== "export";
}

/** It may have been rejected already, and is waited for only in a while. */
function markHandled(outcome: FirstOutcome): void {
  if ("pending" in outcome && outcome.pending instanceof Promise) outcome.pending.catch(() => {});
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
