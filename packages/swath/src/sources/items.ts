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
 * workers look at the same bytes. Otherwise each chunk's part is copied to its worker.
 */
export function typedArraySource(view: NumericArray): Source<unknown> {
  const copy = view as NumericArray & { slice(start: number, end: number): NumericArray };
  const parts = {
    name: Object.prototype.toString.call(view).slice("[object ".length, -1),
    length: view.length,
    items: (start: number, end: number) => copy.slice(start, end),
  };
  if (Object.prototype.toString.call(view.buffer) !== "[object SharedArrayBuffer]") {
    return defineSource(parts);
  }
  return defineSource({ ...parts, access: { route: "share", how: { kind: "view", view } } });
}
