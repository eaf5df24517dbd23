/**
 * The door `swath` for modules that are imported in a thread of swath's: the names of `index.ts`.
 * What tasks use is the thread's own; what starts jobs is loaded when one is started.
 */
import { createRequire } from "node:module";
import type * as Index from "./index.ts";
import { asExports, lentCopy, type UsedByTasks } from "./thread-copy.ts";

type LoadedOnCall = Exclude<keyof typeof Index, UsedByTasks>;

const DOOR = import.meta.url;
const lent = lentCopy(DOOR)?.index;
let whole: typeof Index | undefined;

export const { SharedArray, SwathError, fromModule, isMain, isSwathError, move, share, task } =
  lent === undefined ? all() : asExports(DOOR, lent);

export const { createPool, explain, forEach, map, range, reduce, table, toMarkdown, toTrace } =
  asExports(DOOR, {
    createPool: onCall("createPool"),
    explain: onCall("explain"),
    forEach: onCall("forEach"),
    map: onCall("map"),
    range: onCall("range"),
    reduce: onCall("reduce"),
    table: onCall("table"),
    toMarkdown: onCall("toMarkdown"),
    toTrace: onCall("toTrace"),
  } satisfies { readonly [Name in LoadedOnCall]: (typeof Index)[Name] });

function onCall<Name extends LoadedOnCall>(name: Name): (typeof Index)[Name] {
  const call = (...args: readonly never[]) =>
    (all()[name] as (...args: readonly never[]) => unknown)(...args);
  return Object.defineProperty(call, "name", { value: name }) as (typeof Index)[Name];
}

/** At once, not by `import`: a job starts within the call. */
function all(): typeof Index {
  whole ??= createRequire(DOOR)("./index.js") as typeof Index;
  return whole;
}
