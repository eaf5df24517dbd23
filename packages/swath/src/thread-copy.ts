import type * as Index from "./index.ts";
import { TASK_REFERENCE, type TaskReference } from "./protocol/reference.ts";
import type * as Worker from "./worker.ts";

/**
 * The condition by which the doors of this package lead, in threads that it starts, to what the
 * thread has of it already: a second copy of all of it would cost the thread more than half of
 * its start.
 */
export const THREAD_CONDITION = "swath-thread";

/** What modules of tasks use of `swath` while items run. The rest of it starts jobs, or tells of them. */
export type UsedByTasks =
  | "SharedArray"
  | "SwathError"
  | "fromModule"
  | "isMain"
  | "isSwathError"
  | "move"
  | "share"
  | "task";

/** What the program of a thread has of this package. */
export interface ThreadCopy {
  readonly index: Pick<typeof Index, UsedByTasks>;
  readonly worker: typeof Worker;
}

interface Lent extends ThreadCopy {
  /** URL of a file beside the doors that the copy is lent to. */
  readonly home: string;
}

const KEY = Symbol.for("swath.thread-copy/1");
const holder = globalThis as { [KEY]?: Lent };

/**
 * Lends the copy of this thread to the doors beside `home`; to none where that is no URL, as in
 * bundles.
 */
export function lendCopy(home: unknown, copy: ThreadCopy): void {
  if (typeof home === "string" && URL.canParse(home)) holder[KEY] = { ...copy, home };
}

/** The copy that was lent to the door at `url`: one of another version is not. */
export function lentCopy(url: string): ThreadCopy | undefined {
  const lent = holder[KEY];
  return lent !== undefined && folderOf(lent.home) === folderOf(url) ? lent : undefined;
}

/**
 * Marks the functions of a door as what it exports, for those who send them on: they are of no
 * module that another thread could import. Classes are sent as text, for their subclasses would
 * be taken for them.
 *
 * @returns the functions
 */
export function asExports<T extends object>(url: string, functions: T): T {
  for (const [name, fn] of Object.entries(functions)) {
    if (typeof fn !== "function" || Object.hasOwn(fn, TASK_REFERENCE)) continue;
    if (/^class\b/.test(Function.prototype.toString.call(fn))) continue;
    const value: TaskReference = { kind: "export", url, name };
    Object.defineProperty(fn, TASK_REFERENCE, { value });
  }
  return functions;
}

function folderOf(url: string): string {
  return new URL(".", url).href;
}
