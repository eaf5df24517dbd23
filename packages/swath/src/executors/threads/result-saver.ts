import type { Transferable } from "node:worker_threads";
import { postCarried } from "../../codecs/carry.ts";
import { takeMoves } from "../../codecs/move.ts";
import { unsendable } from "../../codecs/refusals.ts";
import { encodeFailure } from "../../protocol/failures.ts";
import type { ItemFailure } from "../../protocol/messages.ts";
import { BEAT } from "../beat.ts";
import { type Saver, UnsendableResult } from "../host.ts";
import { NUMBERS_LENGTH, type SavedEntry, type SavedMemory } from "./saved-memory.ts";

/**
 * Saves the results of a job in a worker thread: numbers in shared memory, which costs next to
 * nothing; all else in messages that nobody reads before the chunk, or the thread, has ended.
 */
export class ResultSaver implements Saver {
  readonly isAsked: boolean;
  readonly posted = { count: 0, ms: 0 };
  readonly #memory: SavedMemory;
  readonly #job: number;
  readonly #beat: Float64Array;
  #chunk = -1;
  #start = 0;

  constructor(memory: SavedMemory, job: number, beat: Float64Array, isAsked: boolean) {
    this.#memory = memory;
    this.#job = job;
    this.#beat = beat;
    this.isAsked = isAsked;
  }

  begin({ id, start }: { readonly id: number; readonly start: number }): void {
    this.#chunk = id;
    this.#start = start;
    this.posted.count = 0;
    this.posted.ms = 0;
    // The chunk comes last: until then what is said is about the one before.
    this.#beat[BEAT.until] = start;
    this.#beat[BEAT.chunk] = id;
  }

  rest(): void {
    this.#beat[BEAT.chunk] = -1;
  }

  keep(index: number, value: unknown): unknown {
    const { numbers } = this.#memory;
    const place = this.#place(index);
    const isNumber = typeof value === "number";
    if (isNumber) numbers[place] = value;
    else this.#postValue(index, value);
    this.#beat[BEAT.until] = index + 1;
    return isNumber ? value : undefined;
  }

  failed(index: number, failure: ItemFailure): void {
    this.#place(index);
    this.#post([this.#job, this.#chunk, index, "failure", encodeFailure(failure)]);
    this.#beat[BEAT.until] = index + 1;
  }

  #place(index: number): number {
    const place = (index - this.#start) % NUMBERS_LENGTH;
    if (place === 0 && index > this.#start) this.#postNumbers(index);
    return place;
  }

  #postNumbers(end: number): void {
    // A copy: what is shared would go on changing.
    const numbers = this.#memory.numbers.slice();
    const moves = [numbers.buffer as ArrayBuffer];
    this.#post([this.#job, this.#chunk, end - numbers.length, "numbers", numbers], moves);
  }

  #postValue(index: number, value: unknown): void {
    const moves = takeMoves();
    try {
      this.#post([this.#job, this.#chunk, index, "value", value], moves);
    } catch (cause) {
      throw new UnsendableResult(index, unsendable(value, cause));
    }
  }

  #post(entry: SavedEntry, moves: readonly ArrayBuffer[] = []): void {
    const begin = performance.now();
    postCarried(this.#memory.port, entry, moves as Transferable[]);
    this.posted.ms += performance.now() - begin;
    this.posted.count++;
  }
}
