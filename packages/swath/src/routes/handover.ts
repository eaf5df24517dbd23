import type { Weight } from "./weigh.ts";

/** From the order to start threads until they are ready, where none are warm. The loop goes on, … */
const START_MS = 45;
/** … at this share of its speed: the threads that start want the same cores. */
const SPEED_MEANWHILE = 0.6;
/** The same for threads that wait already. */
const WARM_START_MS = 2;
/** What starting one thread takes of the caller's thread. */
const START_OWN_MS = 3;
/** What is lost at the end of a job while workers wait for the last of them. */
const TAIL_MS = 3;
/** Threads share memory, cache and the boost of their clock: so much of each is left. */
const SCALING = 0.9;
/** Threads must save this share of the time to be worth their start: costs are estimates. */
const MIN_SAVING = 0.1;
/** Below this nothing is weighed: no start of threads was ever faster. */
const MIN_REST_MS = 20;

/** What is known when it is asked whether threads would be faster. Times in milliseconds. */
export interface Situation {
  readonly workers: number;
  /** Whether the threads run already. */
  readonly isWarm: boolean;
  /** Until the functions are found, in the caller's thread. */
  readonly search: number;
  /** Indices that are not done; `Infinity` where nobody knows. */
  readonly remaining: number;
  /** Indices that are done. */
  readonly done: number;
  /** For each index, in the caller's thread. */
  readonly cost: number;
}

/** What travels for each index, and once for each worker. */
export interface Freight {
  readonly input: Weight;
  readonly result: Weight;
  readonly broadcast: Weight;
}

/** What the rest of a job would take. */
export interface Forecast {
  readonly inPlace: number;
  readonly threads: number;
}

/** Whether it is worth while to weigh what would travel. */
export function mayPay(situation: Situation): boolean {
  return situation.workers > 1 && restOf(situation) * situation.cost >= leastRest(situation);
}

function leastRest({ isWarm }: Situation): number {
  return isWarm ? MIN_REST_MS / 4 : MIN_REST_MS;
}

/**
 * Predicts what the rest of a job takes in place and on threads. While the threads start, the
 * loop goes on in place; then the caller's thread only sends and receives, and is the bound
 * where that takes longer than the work.
 */
export function forecast(situation: Situation, freight: Freight): Forecast {
  const { workers, cost, isWarm, search } = situation;
  const { input, result, broadcast } = freight;
  const rest = restOf(situation);
  const start = isWarm ? WARM_START_MS : START_MS;
  // `with` is encoded once more, to see that it can be, before any thread has it.
  const own = search + (isWarm ? 0 : workers * START_OWN_MS) + (workers + 1) * broadcast.encode;
  const meanwhile = start + broadcast.decode;
  const left = Math.max(0, rest - (meanwhile * SPEED_MEANWHILE) / cost);
  const perIndex = cost / SCALING + input.decode + result.encode;
  const bound = Math.max((left * perIndex) / workers, left * (input.encode + result.decode));
  return { inPlace: rest * cost, threads: own + meanwhile + bound + TAIL_MS };
}

/** Milliseconds until new threads could run something. */
export function startCost(workers: number, search: number): number {
  return Math.max(START_MS, search + workers * START_OWN_MS);
}

/** Whether threads are faster by enough. */
export function pays({ inPlace, threads }: Forecast): boolean {
  return threads < (1 - MIN_SAVING) * inPlace;
}

/** Where the end is not known, as much is to come as has come: never wrong by more than half. */
function restOf({ remaining, done }: Situation): number {
  return Number.isFinite(remaining) ? remaining : done;
}
