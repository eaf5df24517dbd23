import { defineSource, type Source } from "./source.ts";

/**
 * The values of an iterable or async iterable. They are pulled as workers have room, never all
 * at once, and the iterator is closed (`return()`) when the job ends early.
 */
export function iterableSource<T>(iterable: Iterable<T> | AsyncIterable<T>): Source<T> {
  return defineSource({
    name: "iterable",
    length: undefined,
    pull: () =>
      Symbol.asyncIterator in iterable
        ? iterable[Symbol.asyncIterator]()
        : iterable[Symbol.iterator](),
  });
}
