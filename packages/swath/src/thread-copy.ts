import type * as Index from "./index.ts";
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

/** Lends the copy of this thread to the doors beside `home`. */
export function lendCopy(home: string, copy: ThreadCopy): void {
  holder[KEY] = { ...copy, home };
}

/** The copy that was lent to the door at `url`: one of another version is not. */
export function lentCopy(url: string): ThreadCopy | undefined {
  const lent = holder[KEY];
  return lent !== undefined && folderOf(lent.home) === folderOf(url) ? lent : undefined;
}

function folderOf(url: string): string {
  return new URL(".", url).href;
}
