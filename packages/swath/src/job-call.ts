import type { Explanation } from "./explain-call.ts";
import type { ResultArray } from "./into.ts";
import type { MapOptions } from "./options.ts";
import type { JobMode } from "./protocol/messages.ts";
import type { Report } from "./report/report.ts";
import type { SourceLike } from "./sources/to-source.ts";
import type { AnyFunction } from "./task/task.ts";

/** What a verb adds to the options that all jobs have. */
export interface VerbRequest {
  /** The verb's name, for messages. */
  readonly verb: string;
  readonly mode: JobMode;
  readonly initial?: unknown;
  readonly block?: number | undefined;
  /** Where results are written. */
  readonly into?: ResultArray | undefined;
}

/** A call of `map`, `forEach` or `reduce` that nothing has been done about yet. */
export interface JobCall {
  readonly request: VerbRequest;
  readonly source: SourceLike<never>;
  readonly fn: AnyFunction;
  readonly options: Omit<MapOptions, "into">;
  /** Workers of the pool that the call is made on; undefined where it has workers of its own. */
  readonly poolWorkers: number | undefined;
  /**
   * Runs only some of the items (of the blocks of a fold) and none of the others: to measure what
   * they cost. The results are of no use then, the report is. @default all
   */
  readonly sample?: ItemSample | undefined;
}

/** Some of the items of a loop: groups of neighbours, spread evenly over the whole. */
export interface ItemSample {
  readonly groups: number;
  /** Items of a group. `groups · each` is at most the number of items. */
  readonly each: number;
}

/** What can be done with a call, by the copy of this package that it was made to. */
export interface CallTools {
  /** What would be done for it, and why; nothing is run. */
  explain(call: JobCall): Explanation;
  /**
   * Runs it for its report alone, with workers of its own, unseen by interceptors.
   *
   * @throws whatever it fails with
   */
  run(call: JobCall): Promise<Report>;
}

/** Sees each call before it starts; what it returns is started in its place. */
export type JobInterceptor = (call: JobCall, tools: CallTools) => JobCall;

/**
 * Lets `interceptor` see every call in this thread from now on, whichever copy of this package
 * it is made to.
 *
 * @returns what ends that
 */
export function interceptJobs(interceptor: JobInterceptor): () => void {
  const interceptors = registry();
  interceptors.add(interceptor);
  return () => void interceptors.delete(interceptor);
}

/** The call that is to be started for `call`. */
export function intercepted(call: JobCall, tools: CallTools): JobCall {
  let current = call;
  for (const interceptor of registry()) current = interceptor(current, tools);
  return current;
}

/** One for each thread, for all copies of this package. */
function registry(): Set<JobInterceptor> {
  const key = Symbol.for("swath.calls/1");
  const holder = globalThis as { [key]?: Set<JobInterceptor> };
  holder[key] ??= new Set();
  return holder[key];
}
