import type { ChunkOrder } from "../protocol/messages.ts";
import type { Saver } from "./host.ts";

/**
 * Results are saved where items take at least so long, even if nobody asked for it: half a
 * microsecond for each is then a hundredth (`npm run bench -- saved`).
 */
const SAVE_FROM_MS = 0.05;
/** While nobody knows yet how long items take, so many of a chunk are saved to find out. */
const FIRST_SAVED = 64;

/** Says of which chunks the results are saved one by one. */
export class Saving {
  readonly #saver: Saver | undefined;
  readonly #isFree: boolean;
  #msPerItem: number | undefined;

  /** @param isList whether each item has a result that is sent; the rest costs next to nothing */
  constructor(saver: Saver | undefined, isList: boolean) {
    this.#saver = saver;
    this.#isFree = !isList || saver === undefined || saver.isAsked;
  }

  /** Where the results of a chunk that begins are saved, if they are. */
  begin(chunk: ChunkOrder): Saver | undefined {
    if (this.#pays) {
      this.#saver?.begin(chunk);
      return this.#saver;
    }
    this.#saver?.rest();
    return undefined;
  }

  /** Index in a chunk at which it is to be asked whether saving {@link goesOn}. */
  probeEnd({ start }: ChunkOrder): number {
    return this.#isFree || this.#msPerItem !== undefined ? Infinity : start + FIRST_SAVED;
  }

  /** Whether the rest of the chunk is saved too, whose first items have taken `ms`. */
  goesOn(ms: number): boolean {
    this.#msPerItem = ms / FIRST_SAVED;
    if (!this.#pays) this.#saver?.rest();
    return this.#pays;
  }

  /** The indices `[start, end)` have taken `ms`. */
  took(start: number, end: number, ms: number): void {
    this.#msPerItem = ms / (end - start);
  }

  get #pays(): boolean {
    return this.#isFree || (this.#msPerItem ?? Infinity) >= SAVE_FROM_MS;
  }
}
