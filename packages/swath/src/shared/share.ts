import { assertAttached } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";
import { sharedViewOf } from "../protocol/shared-view.ts";
import { type AnyTypedArray, dtypeOf } from "./dtype.ts";
import { allocate } from "./layout.ts";
import type { NestedArray } from "./nested.ts";
import { SharedArray } from "./shared-array.ts";

/** What {@link share} makes of a value. */
export type Shared<T> = T extends SharedArray
  ? T
  : T extends ArrayBufferLike
    ? SharedArrayBuffer
    : T extends Buffer
      ? Buffer<SharedArrayBuffer>
      : T extends Int8Array
        ? Int8Array<SharedArrayBuffer>
        : T extends Uint8ClampedArray
          ? Uint8ClampedArray<SharedArrayBuffer>
          : T extends Uint8Array
            ? Uint8Array<SharedArrayBuffer>
            : T extends Int16Array
              ? Int16Array<SharedArrayBuffer>
              : T extends Uint16Array
                ? Uint16Array<SharedArrayBuffer>
                : T extends Int32Array
                  ? Int32Array<SharedArrayBuffer>
                  : T extends Uint32Array
                    ? Uint32Array<SharedArrayBuffer>
                    : T extends BigInt64Array
                      ? BigInt64Array<SharedArrayBuffer>
                      : T extends BigUint64Array
                        ? BigUint64Array<SharedArrayBuffer>
                        : T extends Float32Array
                          ? Float32Array<SharedArrayBuffer>
                          : T extends Float64Array
                            ? Float64Array<SharedArrayBuffer>
                            : T extends DataView
                              ? DataView<SharedArrayBuffer>
                              : T extends NestedArray
                                ? SharedArray
                                : never;

/** Whatever {@link share} takes. */
export type Shareable = AnyTypedArray | DataView | ArrayBufferLike | NestedArray | SharedArray;

/**
 * A copy of numbers or bytes in memory that all threads see, made once; from then on nothing is
 * copied when it goes to workers.
 *
 * A typed array, a `Buffer` or a `DataView` gives one of its own kind on a `SharedArrayBuffer`
 * (of the part that it shows), an `ArrayBuffer` a `SharedArrayBuffer`, arrays of numbers (within
 * arrays) a {@link SharedArray} of `float64`, of bigints one of `int64`. What is shared already
 * is returned as it is. Nothing else can be shared: objects have no place in such memory.
 *
 * @throws InvalidOptionError for anything else, and for memory that has been moved away
 * @throws ArrayTooLargeError if there is not so much memory
 * @example
 * const table = share(new Float64Array(readFileSync("table.bin").buffer));
 * await map(items, (item) => table[item]); // every worker sees the same table
 */
export function share<const T extends Shareable>(value: T): Shared<T>;
export function share(value: unknown): unknown {
  if (sharedViewOf(value) !== undefined) return value;
  if (ArrayBuffer.isView(value)) return shareView(value);
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object SharedArrayBuffer]") return value;
  if (tag === "[object ArrayBuffer]") {
    assertAttached("value", value as ArrayBuffer);
    return sharedCopy(new Uint8Array(value as ArrayBuffer));
  }
  if (Array.isArray(value)) return SharedArray.from(value as NestedArray);
  const expected = "a typed array, a DataView, an ArrayBuffer, or arrays of numbers";
  throw new InvalidOptionError("value", expected, value);
}

function shareView(value: ArrayBufferView): ArrayBufferView {
  if (Object.prototype.toString.call(value.buffer) === "[object SharedArrayBuffer]") return value;
  assertAttached("value", value);
  const { buffer, byteOffset, byteLength } = value;
  const copy = sharedCopy(new Uint8Array(buffer, byteOffset, byteLength));
  if (Buffer.isBuffer(value)) return Buffer.from(copy as never, 0, byteLength);
  if (dtypeOf(value) === undefined) return new DataView(copy, 0, byteLength);
  const { constructor } = value as unknown as {
    constructor: new (buffer: SharedArrayBuffer) => ArrayBufferView;
  };
  return new constructor(copy);
}

function sharedCopy(bytes: Uint8Array): SharedArrayBuffer {
  const copy = allocate(bytes.length, { dtype: "uint8", shape: [bytes.length] });
  new Uint8Array(copy).set(bytes);
  return copy;
}
