import { assertFunction } from "./assert.ts";
import { InvalidOptionError, isSwathError } from "./errors.ts";
import type { Executor } from "./executors/executor.ts";
import { InPlaceFirst } from "./executors/in-place-first.ts";
import { InlineExecutor } from "./executors/inline.ts";
import { ThreadExecutor } from "./executors/threads/threads.ts";
import { explainCall } from "./explain-call.ts";
import { type HeadOutcome, headStartOf, spent } from "./head-start.ts";
import { intercepted, type JobCall, type VerbRequest } from "./job-call.ts";
import { openJobJournal } from "./job-journal.ts";
import { type Before, JobRun } from "./job-run.ts";
import type { Journal } from "./journal/journal.ts";
import { announceJob, areJobsObserved, nextJobNumber } from "./observe.ts";
import { type MapOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import { InPlaceUntilSlower, whyNotInPlace } from "./place-policy.ts";
import { describePlan, type JobPlan, planJob } from "./plan.ts";
import { now } from "./protocol/clock.ts";
import { joinStacks } from "./protocol/stacks.ts";
import { OtherThreads } from "./report/other-threads.ts";
import type { Report } from "./report/report.ts";
import type { Source } from "./sources/source.ts";
import { type SourceLike, toSource } from "./sources/to-source.ts";
import { type OpenRun, StartedJob } from "./started-job.ts";
import type { AnyFunction } from "./task/task.ts";
import { refuseWhileLoading } from "./task/worker-mark.ts";
import { refuseThreadOptions } from "./thread-options.ts";

/** Starts a job on `pool`, or on workers of its own that end with it. */
export function startJob(
  request: VerbRequest,
  source: SourceLike<never>,
  fn: AnyFunction,
  options: Omit<MapOptions, "into">,
  pool?: Executor,
): StartedJob {
  refuseWhileLoading(request.verb);
  assertFunction("fn", fn);
  const poolWorkers = pool instanceof InlineExecutor ? 0 : pool?.workers;
  const call = { request, source, fn, options, poolWorkers };
  return startCall(intercepted(call, { explain: explainCall, run: runCall }), pool);
}

async function runCall(call: JobCall): Promise<Report> {
  const { run: job } = startCall({ ...call, options: { ...call.options, report: true } });
  job.consume("none");
  for await (const _ of job.parts());
  return (await job.report) as Report;
}

function startCall(call: JobCall, pool?: Executor): StartedJob {
  const begin = now();
  const { options, source } = call;
  if (pool !== undefined && options.workers !== undefined) {
    const hint = ". A pool's jobs run on the pool's workers";
    throw new InvalidOptionError("workers", "absent", options.workers, hint);
  }
  if (pool !== undefined) refuseThreadOptions(options);
  const resolved = resolveOptions(options);
  const checked = toSource<unknown>(source);
  const number = nextJobNumber();
  const site = callSite();
  const isAlone = pool === undefined && !areJobsObserved();
  const head = isAlone ? headStartOf(call, resolved, checked) : undefined;
  const open: OpenRun = (outcome, wish) => {
    const left = outcome?.isWhole ? spent(checked, outcome) : checked;
    return openJob({ call, pool, begin, resolved, source: left, number, site }, outcome, wish);
  };
  return new StartedJob(begin, open, head);
}

/** A call whose options and source have been looked at. */
interface CheckedCall {
  readonly call: JobCall;
  readonly pool: Executor | undefined;
  readonly begin: number;
  readonly resolved: ResolvedOptions;
  readonly source: Source<unknown>;
  /** Of the job, in this process. */
  readonly number: number;
  readonly site: { readonly stack?: string };
}

function openJob(
  checked: CheckedCall,
  head: HeadOutcome | undefined,
  wish: Before["wish"],
): JobRun {
  const { call, pool, begin, resolved, source, number } = checked;
  const { stack: site } = checked.site;
  const { request, fn, sample } = call;
  const { workers, executor, release } = executorFor(resolved, source.length, pool);
  const { verb, mode, initial, block, into } = request;
  // Asking for the first time in a process takes a millisecond, in which jobs in place are over.
  const others = new OtherThreads(resolved.report.isOn && resolved.inline === "never");
  let journal: Journal | undefined;
  try {
    const draft = planJob({
      source,
      fn,
      mode,
      options: resolved,
      workers,
      initial,
      block,
      into,
      begin,
      others,
      site,
      sample,
    });
    const place =
      draft.workers > 0 && whyNotInPlace(draft, resolved) === undefined
        ? new InPlaceFirst(executor, policyFor(draft, executor, head))
        : undefined;
    const isNamed = resolved.journal !== undefined;
    const startsOnThreads = draft.workers > 0 && place === undefined;
    const plan = startsOnThreads ? readyPlan(draft, executor) : isNamed ? named(draft) : draft;
    journal = openJobJournal(plan, resolved.journal, number);
    const run = new JobRun(plan, place ?? executor, release, { journal, head, wish });
    void run.over.then(() => others.end());
    const { task, scheduleName: schedule } = plan;
    // What is over does not begin.
    if (head?.isWhole) return run;
    announceJob({ number, verb, task: task.name, journal: journal?.path, workers, schedule, run });
    return run;
  } catch (error) {
    others.end();
    void journal?.close("stopped");
    void release();
    throw seenFrom(site, error);
  }
}

function policyFor(plan: JobPlan, executor: Executor, head?: HeadOutcome): InPlaceUntilSlower {
  const policy = new InPlaceUntilSlower(plan, executor);
  if (head !== undefined) policy.began(head);
  return policy;
}

/** Threads start on other cores while this one finds out how the functions reach them. */
function readyPlan(plan: JobPlan, executor: Executor): JobPlan {
  return describePlan(plan, { onSearch: () => executor.start?.(plan.spec.itemCount) });
}

/** A journal knows functions by how workers find them, be there any or not. */
function named(plan: JobPlan): JobPlan {
  try {
    return describePlan(plan, { onLostWrite() {} });
  } catch {
    return plan;
  }
}

/** A refusal is about what the caller wrote: its stack begins there. */
function seenFrom(site: string | undefined, error: unknown): unknown {
  if (!isSwathError(error)) return error;
  const stack = joinStacks(`${error.name}: ${error.message}`, undefined, site);
  return Object.defineProperty(error, "stack", {
    value: stack,
    configurable: true,
    writable: true,
  });
}

/** Where the verb was called: a stack, which is made text only when it is read. */
function callSite(): { readonly stack?: string } {
  const site: { stack?: string } = {};
  Error.captureStackTrace(site, startJob);
  return site;
}

interface Borrowed {
  readonly workers: number;
  readonly executor: Executor;
  readonly release: () => Promise<void>;
}

function executorFor(
  { workers, ...threads }: ResolvedOptions,
  length: number | undefined,
  pool: Executor | undefined,
): Borrowed {
  if (pool !== undefined) {
    const inline = pool instanceof InlineExecutor;
    return { workers: inline ? 0 : pool.workers, executor: pool, release: async () => {} };
  }
  if (workers === 0) {
    return { workers: 0, executor: new InlineExecutor(), release: async () => {} };
  }
  const count = Math.max(1, Math.min(workers, length ?? workers));
  const executor = new ThreadExecutor(count, threads);
  return { workers: count, executor, release: () => executor.close() };
}
