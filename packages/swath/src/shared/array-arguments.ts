import { assertInteger, assertKnownKeys, assertObject } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";

/** The name in options, checked. */
export function nameIn(
  options: { readonly name?: unknown },
  known: readonly string[],
): string | undefined {
  assertObject("options", options);
  assertKnownKeys("options", options, known);
  return options.name === undefined ? undefined : checkedName(options.name);
}

/** @throws InvalidOptionError unless it can be a name */
export function checkedName(name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new InvalidOptionError("name", "a text that is not empty", name);
}

/** @throws InvalidOptionError unless it is shared memory */
export function sharedBuffer(value: unknown): SharedArrayBuffer {
  if (Object.prototype.toString.call(value) === "[object SharedArrayBuffer]") return value as never;
  const expected = "a name or the `buffer` of a SharedArray";
  throw new InvalidOptionError("from", expected, value);
}

/** An index as `subarray` counts: negative from the end, held within the length. */
export function fromEnd(name: string, index: number, length: number): number {
  assertInteger(name, index);
  return Math.min(length, index < 0 ? Math.max(0, length + index) : index);
}
