/**
 * The door `swath` for modules that are imported in a thread of swath's: the names of `index.ts`.
 * What tasks use is the thread's own; what starts jobs is loaded when one is started.
 */
import { createRequire } from "node:module";
import type * as Index from "./index.ts";
import { lentCopy, type UsedByTasks } from "./thread-copy.ts";

let whole: typeof Index | undefined;

export const { SharedArray, SwathError, fromModule, isMain, isSwathError, move, share, task } =
  lentCopy(import.meta.url)?.index ?? all();

export const createPool = onCall("createPool");
export const explain = onCall("explain");
export const forEach = onCall("forEach");
export const map = onCall("map");
export const range = onCall("range");
export const reduce = onCall("reduce");
export const table = onCall("table");
export const toMarkdown = onCall("toMarkdown");
export const toTrace = onCall("toTrace");

function onCall<Name extends Exclude<keyof typeof Index, UsedByTasks>>(
  name: Name,
): (typeof Index)[Name] {
  const call = (...args: readonly never[]) =>
    (all()[name] as (...args: readonly never[]) => unknown)(...args);
  return call as (typeof Index)[Name];
}

/** At once, not by `import`: a job starts within the call. */
function all(): typeof Index {
  whole ??= createRequire(import.meta.url)("./index.js") as typeof Index;
  return whole;
}
