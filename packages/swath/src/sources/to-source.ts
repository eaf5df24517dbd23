import { InvalidOptionError } from "../errors.ts";
import { arraySource, typedArraySource } from "./items.ts";
import { iterableSource } from "./iterable.ts";
import { isSource, type Source } from "./source.ts";

/** What `map` and its kin loop over. */
export type SourceLike<T> =
  | Source<T>
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
  if (Array.isArray(value)) return arraySource(value as readonly T[]);
  if (ArrayBuffer.isView(value) && "length" in value) {
    return typedArraySource(value) as Source<T>;
  }
  if (typeof value === "object" && value !== null) {
    if (Symbol.iterator in value || Symbol.asyncIterator in value) {
      return iterableSource(value as Iterable<T>);
    }
  }
  throw new InvalidOptionError("source", "an array, an iterable or a source", value);
}
