import { decodeError, encodeError } from "./errors.ts";
import type { EncodedFailure, ItemFailure } from "./messages.ts";

/** Makes a failure fit to cross a thread. Never throws. */
export function encodeFailure(failure: ItemFailure): EncodedFailure {
  return { ...failure, error: encodeError(failure.error) };
}

/** A failure that has crossed a thread. */
export function decodeFailure(failure: EncodedFailure): ItemFailure {
  return { ...failure, error: decodeError(failure.error) };
}
