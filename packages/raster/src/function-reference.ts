import { assertFunction, describeTasks } from "swath/plugin";
import type { TaskReference } from "swath/worker";

/**
 * Where workers find a function that the user gave to a verb of the kit, or its text and what
 * it captured.
 *
 * @throws InvalidOptionError if it is no function
 * @throws CaptureRefusedError, NotSendableError if it cannot be sent
 */
export function functionReference(fn: unknown): TaskReference {
  assertFunction("fn", fn);
  const [reference] = describeTasks([{ fn: fn as (...args: never[]) => unknown, what: "`fn`" }]);
  return reference as TaskReference;
}
