import { referenceOf } from "swath/plugin";
import { InvalidOptionError, type TaskReference } from "swath/worker";

/**
 * Where workers find a function that the user gave to a verb of the kit.
 *
 * @throws InvalidOptionError where they would not find it, with the ways out
 */
export function functionReference(fn: unknown): TaskReference {
  const reference = referenceOf(fn);
  if (reference !== undefined) return reference;
  const name = typeof fn === "function" ? fn.name || "(anonymous)" : fn;
  const hint =
    ". Declare it as `export const f = task(import.meta, function f(value) { … })`, or take it from `fromModule(url)`";
  throw new InvalidOptionError("fn", "a function that workers can find", name, hint);
}
