import type { JobRun, Progress } from "./job-run.ts";
import type { LiveFigures } from "./report/recorder.ts";
import type { Report } from "./report/report.ts";
import { reportText } from "./report/text.ts";
import type { ToldRecord } from "./report/told-record.ts";
import { countText, secondsText } from "./report/units.ts";

/** A job of this process, as those see it who did not start it. */
export interface ObservedJob {
  /** From 1, in the order in which the jobs of the process started. */
  readonly number: number;
  /** "map", "forEach" or "reduce". */
  readonly verb: string;
  readonly task: string;
  /** Where its finished chunks are noted, if they are. */
  readonly journal: string | undefined;
  readonly progress: Progress;
  readonly workers: number;
  readonly schedule: string;
  /**
   * What was measured so far; of the chunks that have ended, those from `from` on. Undefined where
   * nothing is recorded.
   */
  live(from: number): LiveFigures | undefined;
  /**
   * Settles when the outcome is clear and the journal closed, before the caller has the results:
   * from then on nothing is lost if the program ends. Never rejects.
   */
  readonly decided: Promise<void>;
  /** Settles when nothing of the job runs any more; never rejects. */
  readonly report: Promise<ObservedReport>;
  /** Hands nothing more out and lets what runs end; the job rejects with `SWATH_INTERRUPTED`. */
  stop(reason?: unknown): void;
}

/** What was measured, as plain JSON and as text. */
export interface ObservedReport {
  readonly record: ToldRecord;
  readonly text: string;
}

/** Is told each job when it starts. */
export type JobObserver = (job: ObservedJob) => void;

/**
 * Tells `observer` every job that starts in this thread from now on, whichever copy of this
 * package starts it.
 *
 * @returns what ends that
 */
export function observeJobs(observer: JobObserver): () => void {
  const { observers } = registry();
  observers.add(observer);
  return () => void observers.delete(observer);
}

/** Whether anybody is told of the jobs of this thread. */
export function areJobsObserved(): boolean {
  return registry().observers.size > 0;
}

/** The number of a job that is about to start, from 1. */
export function nextJobNumber(): number {
  const jobs = registry();
  jobs.started++;
  return jobs.started;
}

/** What is known of a job when it starts. */
type KnownOfJob = Pick<
  ObservedJob,
  "number" | "verb" | "task" | "journal" | "workers" | "schedule"
>;

/** Tells the observers of a job that has just started. */
export function announceJob({ run, ...known }: KnownOfJob & { readonly run: JobRun }): void {
  const { observers } = registry();
  if (observers.size === 0) return;
  const job: ObservedJob = {
    ...known,
    get progress() {
      return run.progress;
    },
    live: (from) => run.live(from),
    decided: run.decided,
    report: run.report.then((report) => observed(report, known.task, run)),
    stop: (reason) => run.stop(reason),
  };
  for (const observer of observers) observer(job);
}

/** Of a job that recorded nothing, what is known all the same. */
function observed(report: Report | undefined, task: string, run: JobRun): ObservedReport {
  if (report !== undefined) return { record: report, text: reportText(report) };
  const { done: items, elapsed } = run.progress;
  const record = { schema: "swath.report/1", task, items, wall: elapsed / 1e3 };
  const count = `${countText(items)} item${items === 1 ? "" : "s"}`;
  return { record, text: `${count} in ${secondsText(record.wall)}; nothing was recorded` };
}

interface JobRegistry {
  started: number;
  readonly observers: Set<JobObserver>;
}

/** One for each thread, for all copies of this package. */
function registry(): JobRegistry {
  const key = Symbol.for("swath.jobs/1");
  const holder = globalThis as { [key]?: JobRegistry };
  holder[key] ??= { started: 0, observers: new Set() };
  return holder[key];
}
