import { defineSource, type Source } from "./source.ts";

/** A typed array of numbers or bigints. */
export type NumericArray = ArrayBufferView & ArrayLike<unknown>;

/** The elements of an array; each chunk's part is copied to its worker. */
export function arraySource<T>(array: readonly T[]): Source<T> {
  return defineSource({
    name: "array",
    length: array.length,
    items: (start, end) => array.slice(start, end),
  });
}

/**
 * The elements of a typed array. In shared memory (`SharedArrayBuffer`) nothing is copied: the
 * workers look at the same bytes. Otherwise each chunk's part is copied once, and the copy moved
 * to its worker.
 */
export function typedArraySource(view: NumericArray): Source<unknown> {
  const parts = {
    name: Object.prototype.toString.call(view).slice("[object ".length, -1),
    length: view.length,
    items: (start: number, end: number) => copyOf(view, start, end),
    isFresh: true,
  };
  if (Object.prototype.toString.call(view.buffer) !== "[object SharedArrayBuffer]") {
    return defineSource(parts);
  }
  return defineSource({ ...parts, access: { route: "share", how: { kind: "view", view } } });
}

type Sliceable = NumericArray & { slice(start: number, end: number): NumericArray };

/** A Buffer's own `slice` is a view, with which all of its memory would be sent. */
function copyOf(view: NumericArray, start: number, end: number): NumericArray {
  if (Buffer.isBuffer(view)) return new Uint8Array(view.subarray(start, end));
  return (view as Sliceable).slice(start, end);
}
