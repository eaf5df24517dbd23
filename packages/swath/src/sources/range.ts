import { assertInteger } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";
import { defineSource, type Source } from "./source.ts";

/**
 * The whole numbers `0 … end-1`, or `start, start + step, …` up to but not including `end`.
 * Nothing is stored or sent: workers count for themselves.
 *
 * @throws InvalidOptionError if a bound is not a safe integer, or `step` is 0
 * @example
 * await map(range(3), square); // of 0, 1, 2
 * await map(range(10, 0, -5), square); // of 10, 5
 */
export function range(end: number): Source<number>;
export function range(start: number, end: number, step?: number): Source<number>;
export function range(a: number, b?: number, step = 1): Source<number> {
  const [first, end] = b === undefined ? [0, a] : [a, b];
  assertInteger("start", first);
  assertInteger("end", end);
  assertInteger("step", step);
  if (step === 0) throw new InvalidOptionError("step", "not 0", step);
  return defineSource({
    name: "range",
    length: Math.max(0, Math.ceil((end - first) / step)),
    access: { route: "read", how: { kind: "range", first, step } },
  });
}
