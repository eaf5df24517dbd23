import { cloneLoss } from "./codecs/clone-loss.ts";
import { messageOf } from "./errors.ts";
import type { Slice } from "./executors/executor.ts";
import type { PlacePolicy } from "./executors/in-place-first.ts";
import { THREAD_OPTION_NAMES } from "./executors/threads/thread-options.ts";
import type { HeadOutcome } from "./head-start.ts";
import type { ResolvedOptions } from "./options.ts";
import { describePlan, type JobPlan } from "./plan.ts";
import type { JobSpec } from "./protocol/messages.ts";
import type { Rows } from "./protocol/results.ts";
import { secondsText } from "./report/units.ts";
import { broadcastWeight } from "./routes/broadcast.ts";
import {
  type Forecast,
  type Freight,
  forecast,
  mayPay,
  pays,
  type Situation,
} from "./routes/handover.ts";
import { Pace } from "./routes/pace.ts";
import { type Weight, weighEach } from "./routes/weigh.ts";
import { lostWriteText, searchCost } from "./task/describe.ts";

/** Values of a slice that are looked at. */
const SAMPLES = 16;
const WEIGHTLESS: Weight = { bytes: 0, encode: 0, decode: 0 };

/** Why a job does not begin in the caller's thread; undefined if it does. */
export function whyNotInPlace(plan: JobPlan, options: ResolvedOptions): string | undefined {
  if (plan.workers === 0) return undefined;
  if (options.inline === "never") return '`inline` is "never"';
  if (plan.timeout !== undefined) return "`timeout` needs threads that can be ended";
  if (plan.schedule.pinned) return `the schedule ${plan.scheduleName} binds chunks to workers`;
  const name = THREAD_OPTION_NAMES.find((option) => options[option] !== undefined);
  return name && `\`${name}\` is for threads`;
}

/** What a policy needs of the threads that it may start. */
interface Threads {
  readonly workers: number;
  readonly isWarm?: boolean;
  start?(items: number): void;
}

/** `inline: "auto"`: in place, until the rest is predicted to be faster on threads. */
export class InPlaceUntilSlower implements PlacePolicy {
  readonly #plan: JobPlan;
  readonly #threads: Threads;
  readonly #pace = new Pace();
  #last: { readonly items: unknown; readonly values: Rows } | undefined;
  #done = 0;
  /** The last for which threads were started, or that of the longest rest. */
  #forecast: Forecast | undefined;
  #goneAfter: number | undefined;
  #refusal: string | undefined;

  constructor(plan: JobPlan, threads: Threads) {
    this.#plan = plan;
    this.#threads = threads;
  }

  get size(): number {
    return this.#pace.size;
  }

  get done(): number {
    return this.#done;
  }

  get spent(): number {
    return this.#pace.spent;
  }

  add(slice: Slice, values: Rows, ms: number): void {
    const indices = slice.end - slice.start;
    this.#done += indices;
    this.#pace.add(indices, ms);
    this.#last = { items: slice.items, values };
  }

  /** As {@link add}, of what ran before there was a job. */
  began({ count, batches, items, values }: HeadOutcome): void {
    this.#done = count;
    for (const { start, end, ms } of batches) this.#pace.began(end - start, ms);
    this.#last = { items, values: values.slice(batches.at(-1)?.start) };
  }

  threads(remaining: number): JobSpec | undefined {
    if (this.#refusal !== undefined || !this.#pace.isSteady || remaining === 0) return undefined;
    const situation = this.#situation(remaining);
    if (!mayPay(situation)) return undefined;
    const found = forecast(situation, this.#freight());
    const isWorst = found.inPlace > (this.#forecast?.inPlace ?? 0);
    if (isWorst || pays(found)) this.#forecast = found;
    return pays(found) ? this.#specForThreads() : undefined;
  }

  stay(why: unknown): void {
    this.#refusal = messageOf(why);
  }

  get why(): string {
    const { workers } = this.#threads;
    if (this.#refusal !== undefined) return `threads cannot help: ${this.#refusal}`;
    if (workers === 1) return "one thread is no faster than this one";
    if (this.#forecast === undefined) {
      return `${secondsText(this.spent / 1e3)} in all, less than threads take to start`;
    }
    const { inPlace, threads } = this.#forecast;
    const rest = `${secondsText(inPlace / 1e3)} in place, ${secondsText(threads / 1e3)} on ${workers} threads`;
    const after =
      this.#goneAfter === undefined ? "" : `after ${secondsText(this.#goneAfter / 1e3)}, `;
    return `${after}predicted for the rest: ${rest}`;
  }

  #situation(remaining: number): Situation {
    const { workers, isWarm = false } = this.#threads;
    const { task, init } = this.#plan;
    const fns = init === undefined ? [task.fn] : [task.fn, init];
    const cost = this.#pace.cost as number;
    return { workers, isWarm, search: searchCost(fns), remaining, done: this.#done, cost };
  }

  #freight(): Freight {
    const { spec, route } = this.#plan;
    const { items, values = [] } = this.#last ?? {};
    const travels = route === "copy" || route === "move";
    const input = travels ? times(weighEach(items as ArrayLike<unknown>), spec.unit) : WEIGHTLESS;
    return { input, result: weighEach(listOf(values)), broadcast: broadcastWeight(spec) };
  }

  /** Undefined, and the work stays, where workers could not have the functions or the data. */
  #specForThreads(): JobSpec | undefined {
    const loss = this.#loss();
    if (loss !== undefined) {
      this.#refusal = loss;
      return undefined;
    }
    try {
      const { spec } = describePlan(this.#plan, {
        onSearch: () => this.#threads.start?.(Infinity),
        // What has been written so far is the caller's: threads would go on with copies of it.
        writes: "any",
        onLostWrite: (write) => {
          throw new Error(`${lostWriteText(write)}: each worker would fill a copy of its own`);
        },
      });
      this.#goneAfter = this.spent;
      return spec;
    } catch (error) {
      this.stay(error);
      return undefined;
    }
  }

  /** What would not be the same on threads, of what has been seen last. */
  #loss(): string | undefined {
    const { items, values = [] } = this.#last ?? {};
    for (const [name, list] of [
      ["an item", items],
      ["a result", listOf(values)],
      ["`with`", [this.#plan.spec.with]],
    ] as const) {
      if (list === undefined || ArrayBuffer.isView(list)) continue;
      const some = Array.prototype.slice.call(list, 0, SAMPLES);
      for (const value of some) {
        const loss = cloneLoss(value, "value");
        if (loss !== undefined) return `in ${name}, \`${loss.path}\` ${loss.what}`;
      }
    }
    return undefined;
  }
}

function listOf(rows: Rows): ArrayLike<unknown> {
  return Array.isArray(rows) ? rows : rows.slice();
}

function times({ bytes, encode, decode }: Weight, factor: number): Weight {
  return { bytes: bytes * factor, encode: encode * factor, decode: decode * factor };
}
