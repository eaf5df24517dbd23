import {
  BroadcastChannel,
  getEnvironmentData,
  type MessagePort,
  receiveMessageOnPort,
} from "node:worker_threads";
import { ArrayNamesUnreachableError } from "./errors.ts";

/** What a thread asks the one that keeps the names. */
export type NameQuestion =
  | { readonly kind: "create"; readonly name: string; readonly buffer: SharedArrayBuffer }
  | { readonly kind: "find"; readonly name: string }
  | { readonly kind: "delete"; readonly name: string };

/** What that one answers. */
export type NameAnswer =
  | { readonly kind: "done" }
  | { readonly kind: "found"; readonly buffer: SharedArrayBuffer }
  | { readonly kind: "taken" }
  /** There is no such name, but these. */
  | { readonly kind: "none"; readonly known: readonly string[] };

/** A question on its way; all threads that wait for an answer see all answers. */
export interface Asked {
  readonly id: string;
  readonly question: NameQuestion;
  /** One word: 1 once the answer has been sent. */
  readonly bell: Int32Array;
}

/** Which thread keeps the names, and on which channel it listens. */
export interface Keeper {
  readonly channel: string;
  readonly thread: number;
}

/** Under this key threads inherit who their keeper is. */
export const KEEPER = "swath.names/1";

/** A keeper whose event loop is blocked for so long will hardly answer at all. */
const WAIT_MS = 30_000;

let questions = 0;

/** The thread that keeps the names for this one; it may be this one itself. */
export function keeperOf(): Keeper | undefined {
  return getEnvironmentData(KEEPER) as Keeper | undefined;
}

/**
 * Asks and waits, this thread's event loop standing still.
 *
 * @throws ArrayNamesUnreachableError after {@link WAIT_MS}
 */
export function askKeeper(
  keeper: Keeper,
  question: NameQuestion,
  thread: number,
  wait = WAIT_MS,
): NameAnswer {
  // Open only while it is asked: what waits in a channel that nobody reads keeps memory alive.
  const channel = new BroadcastChannel(keeper.channel);
  try {
    const id = `${thread}.${questions++}`;
    const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    channel.postMessage({ id, question, bell } satisfies Asked);
    Atomics.wait(bell, 0, 0, wait);
    for (;;) {
      // The type library does not say that it takes channels, too.
      const received = receiveMessageOnPort(channel as unknown as MessagePort);
      if (received === undefined) throw new ArrayNamesUnreachableError(question.name, wait);
      const { id: to, answer } = received.message as { id?: string; answer?: NameAnswer };
      if (to === id && answer !== undefined) return answer;
    }
  } finally {
    channel.close();
  }
}
