/** Rows between two looks: some milliseconds of making them, against a few microseconds. */
export const ROWS_PER_LOOK = 16_384;
/**
 * Times that a young generation is emptied and stays as large, before it is clear that it grows no more
 * and V8 has made up its mind, …
 */
const EMPTIED = 3;
/** … and so many times as many for the code that came next. */
const PATIENCE = 3;
/** An object is no smaller: with less of them in the young generation, rows are made elsewhere. */
const BYTES_PER_ROW = 16;

/**
 * Watches whether rows that stay are still made in V8's young generation once that has grown to its
 * full size, within the first tens of megabytes.
 *
 * What is made there is copied twice before V8 takes it for old. It makes objects where old ones are if
 * it has found out that what a piece of code makes stays. It finds out once for each, and for good:
 * sure of it only at full size, and sure of the contrary if the full collection that comes with the
 * growth falls between. Such code makes objects at half the speed for ever, and new code does not.
 */
export class YoungGeneration {
  #size = 0;
  #used = 0;
  #rows = ROWS_PER_LOOK;
  #emptied = 0;
  #patience = EMPTIED;

  /**
   * @param rows that were made since the last call
   * @returns whether code that is new would make them faster
   */
  isOutgrown(rows: number): boolean {
    this.#rows -= rows;
    if (this.#rows > 0) return false;
    this.#rows = ROWS_PER_LOOK;
    const before = { size: this.#size, used: this.#used };
    this.#look();
    const added = this.#used - before.used;
    const isYoung = Math.abs(added) > BYTES_PER_ROW * ROWS_PER_LOOK;
    if (this.#size === 0 || this.#size !== before.size || !isYoung) {
      this.#emptied = 0;
      this.#patience = EMPTIED;
      return false;
    }
    if (added > 0 || ++this.#emptied < this.#patience) return false;
    this.#emptied = 0;
    this.#patience *= PATIENCE;
    return true;
  }

  /** 0 where the engine tells nothing of it. */
  #look(): void {
    // Not imported: every program that imports swath would load it, and few come here.
    const spaces = process.getBuiltinModule("node:v8").getHeapSpaceStatistics();
    const space = spaces.find(({ space_name }) => space_name === "new_space");
    this.#size = space?.space_size ?? 0;
    this.#used = space?.space_used_size ?? 0;
  }
}
