import { assertAttached } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";
import { arraySource, typedArraySource } from "./items.ts";
import { iterableSource } from "./iterable.ts";
import { AS_SOURCE, type AsSource, isSource, type Source } from "./source.ts";

/** What `map` and its kin loop over. */
export type SourceLike<T> =
  | Source<T>
  | AsSource<T>
  | readonly T[]
  | (ArrayBufferView & ArrayLike<T>)
  | Iterable<T>
  | AsyncIterable<T>;

/**
 * The source of anything that can be looped over.
 *
 * @throws InvalidOptionError for anything else; a string is refused, for its characters are
 *   hardly what is meant
 */
export function toSource<T>(value: SourceLike<T>): Source<T> {
  if (isSource(value)) return value as Source<T>;
  if (standsForSource(value)) return value[AS_SOURCE]();
  if (Array.isArray(value)) return arraySource(value as readonly T[]);
  if (ArrayBuffer.isView(value) && "length" in value) {
    assertAttached("source", value);
    return typedArraySource(value) as Source<T>;
  }
  if (typeof value === "object" && value !== null) {
    if (Symbol.iterator in value || Symbol.asyncIterator in value) {
      return iterableSource(value as Iterable<T>);
    }
  }
  throw new InvalidOptionError("source", "an array, an iterable or a source", value);
}

function standsForSource<T>(value: SourceLike<T>): value is AsSource<T> {
  return typeof value === "object" && value !== null && AS_SOURCE in value;
}
