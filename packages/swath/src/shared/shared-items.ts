import type { SourceAccess } from "../protocol/messages.ts";
import type { SharedView } from "../protocol/shared-view.ts";
import { bytesOf, classOf } from "./dtype.ts";

/** Parts of an array by their number. */
export interface SharedItems {
  item(index: number): unknown;
}

/**
 * What a worker has of an array: its rows, or its tiles. A row of numbers is a plain typed
 * array, everything else a shared array.
 *
 * @param arrayOf makes a shared array of its view
 */
export function sharedItems(
  { array, tile }: SourceAccess & { readonly kind: "shared" },
  arrayOf: (view: SharedView) => unknown,
): SharedItems {
  if (tile !== undefined) return new Tiles(array, tile, arrayOf);
  return array.shape.length === 2 ? new NumberRows(array) : new ArrayRows(array, arrayOf);
}

class NumberRows implements SharedItems {
  readonly #Row: ReturnType<typeof classOf>;
  readonly #buffer: SharedArrayBuffer;
  readonly #first: number;
  readonly #step: number;
  readonly #length: number;

  constructor({ buffer, dtype, shape, strides, byteOffset }: SharedView) {
    this.#Row = classOf(dtype);
    this.#buffer = buffer;
    this.#first = byteOffset;
    this.#step = (strides[0] as number) * bytesOf(dtype);
    this.#length = shape[1] as number;
  }

  item(index: number): unknown {
    return new this.#Row(this.#buffer, this.#first + index * this.#step, this.#length);
  }
}

class ArrayRows implements SharedItems {
  readonly #array: SharedView;
  readonly #step: number;
  readonly #row: Pick<SharedView, "shape" | "strides">;
  readonly #arrayOf: (view: SharedView) => unknown;

  constructor(array: SharedView, arrayOf: (view: SharedView) => unknown) {
    this.#array = array;
    this.#step = (array.strides[0] as number) * bytesOf(array.dtype);
    this.#row = { shape: array.shape.slice(1), strides: array.strides.slice(1) };
    this.#arrayOf = arrayOf;
  }

  item(index: number): unknown {
    const { buffer, dtype, byteOffset } = this.#array;
    const at = byteOffset + index * this.#step;
    return this.#arrayOf({ buffer, dtype, byteOffset: at, ...this.#row });
  }
}

class Tiles implements SharedItems {
  readonly #array: SharedView;
  readonly #tile: readonly number[];
  readonly #counts: readonly number[];
  readonly #arrayOf: (view: SharedView) => unknown;

  constructor(array: SharedView, tile: readonly number[], arrayOf: (view: SharedView) => unknown) {
    this.#array = array;
    this.#tile = tile;
    this.#counts = tileCounts(array.shape, tile);
    this.#arrayOf = arrayOf;
  }

  item(index: number): unknown {
    const { buffer, dtype, shape, strides, byteOffset } = this.#array;
    const lengths = new Array<number>(shape.length);
    let first = 0;
    let rest = index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const count = this.#counts[axis] as number;
      const length = this.#tile[axis] as number;
      const start = (rest % count) * length;
      rest = Math.floor(rest / count);
      lengths[axis] = Math.min(length, (shape[axis] as number) - start);
      first += start * (strides[axis] as number);
    }
    const at = byteOffset + first * bytesOf(dtype);
    return this.#arrayOf({ buffer, dtype, shape: lengths, strides, byteOffset: at });
  }
}

/** How many tiles there are along each axis; those at the far edges may be smaller. */
export function tileCounts(shape: readonly number[], tile: readonly number[]): readonly number[] {
  return shape.map((length, axis) => Math.ceil(length / (tile[axis] as number)));
}
