import { InvalidOptionError } from "./errors.ts";

/** Inclusive bounds of a number. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** @throws InvalidOptionError unless `value` is a whole number within `bounds`. */
export function assertInteger(name: string, value: unknown, bounds: Bounds = {}): void {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = bounds;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return;
  // Only who comes near it need know of that bound.
  const isHuge = typeof value === "number" && value > Number.MAX_SAFE_INTEGER;
  throw new InvalidOptionError(
    name,
    `an integer${boundsText(isHuge ? { min, max } : bounds)}`,
    value,
  );
}

/** @throws InvalidOptionError unless `value` is one of `choices`. */
export function assertOneOf(name: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === "string" && choices.includes(value)) return;
  throw new InvalidOptionError(name, `one of ${choices.map((c) => `"${c}"`).join(", ")}`, value);
}

/** @throws InvalidOptionError unless `value` is a function. */
export function assertFunction(name: string, value: unknown): void {
  if (typeof value !== "function") throw new InvalidOptionError(name, "a function", value);
}

/** @throws InvalidOptionError unless `value` is an object. */
export function assertObject(name: string, value: unknown): asserts value is object {
  if (typeof value !== "object" || value === null) {
    throw new InvalidOptionError(name, "an object", value);
  }
}

/** @throws InvalidOptionError if `value` has a key that is not in `known`. */
export function assertKnownKeys(name: string, value: object, known: readonly string[]): void {
  assertObject(name, value);
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const given = (value as Record<string, unknown>)[key];
    throw new InvalidOptionError(`${name}.${key}`, `absent (known: ${known.join(", ")})`, given);
  }
}

function boundsText({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` from ${min} up`;
  if (max !== undefined) return ` up to ${max}`;
  return "";
}

/**
 * @throws InvalidOptionError if the memory of a buffer, or of a view on one, has been moved away
 */
export function assertAttached(name: string, value: ArrayBufferLike | ArrayBufferView): void {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (!isDetached(buffer)) return;
  const what = "memory that is still here";
  const hint = ". It is detached: its memory was moved to another thread; copy it before";
  throw new InvalidOptionError(name, what, value, hint);
}

/** Views on memory that has been moved away cannot be made. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    return new Uint8Array(buffer).length > 0;
  } catch {
    return true;
  }
}
