import { NestedJobError } from "../errors.ts";

/** State of this thread as a worker of swath. */
export interface WorkerMark {
  /** Modules of tasks that are loading right now. */
  loading: number;
  /** Functions that came as text and were made again, over all jobs. */
  revived: number;
}

const KEY = Symbol.for("swath.worker/1");
const holder = globalThis as { [KEY]?: WorkerMark };

/** Marks this thread as a worker. */
export function markWorker(): WorkerMark {
  holder[KEY] ??= { loading: 0, revived: 0 };
  return holder[KEY];
}

/** The mark of this thread, if it is a worker. */
export function markedWorker(): WorkerMark | undefined {
  return holder[KEY];
}

/**
 * Refuses to start a job while a worker loads the module that starts it: each of its workers
 * would load the module again, and so on without end.
 *
 * @throws NestedJobError
 */
export function refuseWhileLoading(what: string): void {
  if (holder[KEY] === undefined || holder[KEY].loading === 0) return;
  throw new NestedJobError(
    `\`${what}\` was called while a worker loaded this module to find a task in it. ` +
      "Put the call behind `if (isMain(import.meta)) { … }`, or the task into a module of its own",
  );
}
