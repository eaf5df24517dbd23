import { encodeError } from "../../protocol/errors.ts";
import type { Culprit, Culprits } from "./culprits.ts";
import type { Uncaught } from "./thread-messages.ts";

/**
 * Listens for what is thrown where nobody can catch it: in a timer, in an event, in a promise
 * that nobody awaits. Tasks that listen themselves are left to it.
 */
export function watchUncaught(culprits: Culprits, report: (uncaught: Uncaught) => void): void {
  const tell = (error: unknown, culprit: Culprit | undefined) => {
    const { job, itemIndex } = culprit ?? {};
    report({ job, itemIndex, error: encodeError(error) });
  };
  process.on("uncaughtException", (error: unknown) => {
    if (process.listenerCount("uncaughtException") === 1) tell(error, culprits.current());
  });
  process.on("unhandledRejection", (error: unknown, promise) => {
    if (process.listenerCount("unhandledRejection") === 1) tell(error, culprits.of(promise));
  });
}
