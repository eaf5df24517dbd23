import type { MessagePort } from "node:worker_threads";
import type { EncodedFailure } from "../../protocol/messages.ts";

/** Numbers that wait in shared memory before they are posted together: 32 KiB. */
export const NUMBERS_LENGTH = 4_096;

/** Where a thread puts results that must outlive it. */
export interface SavedMemory {
  /** For all that is not a number. Its other end wakes nobody. */
  readonly port: MessagePort;
  /**
   * A number is at its place in the chunk, modulo the length. Before a place is used again, all
   * are posted.
   */
  readonly numbers: Float64Array;
}

/** A message that saves results of a chunk, from `index` on. */
export type SavedEntry = readonly [job: number, chunk: number, index: number, ...Saved];

type Saved =
  | readonly [kind: "value", value: unknown]
  | readonly [kind: "failure", failure: EncodedFailure]
  /** All of {@link SavedMemory.numbers}; where another entry has the index, that counts. */
  | readonly [kind: "numbers", numbers: Float64Array];
