import { collectColumns } from "./collect-columns.ts";
import { copyValues, type Indexed, type Part } from "./driver/collector.ts";
import { JobConsumedError, NotRecordedError } from "./errors.ts";
import { listFor } from "./executors/list.ts";
import type { Consumption, JobRun, Progress } from "./job-run.ts";
import type { Report } from "./report/report.ts";
import { reportText } from "./report/text.ts";
import type { TextStyle } from "./report/text-style.ts";
import { ResultStream } from "./result-stream.ts";
import type { StartedJob } from "./started-job.ts";

/** A {@link Report} that can also speak. */
export interface JobReport extends Report {
  /** The summary as text, at most 24 lines; in plain Unicode of 100 columns unless asked otherwise. */
  summary(style?: TextStyle): string;
}

/** What every job offers, whatever its result. */
abstract class BaseJob<T> implements PromiseLike<T> {
  protected readonly started: StartedJob;

  constructor(started: StartedJob) {
    this.started = started;
  }

  protected get run(): JobRun {
    return this.started.run;
  }

  /**
   * The measured record of the run, when nothing of it runs any more. Never rejects: a job
   * that failed has a report too. If nobody takes the results, the job runs to its end.
   *
   * With `report: false` there is none, and it rejects with `SWATH_NOT_RECORDED`.
   */
  get report(): Promise<JobReport> {
    const { run } = this;
    setImmediate(() => {
      if (run.consumption === "undecided") run.consume("none");
    });
    return run.report.then((report) => {
      if (report === undefined) {
        throw new NotRecordedError("This job has no report: it was started with `report: false`");
      }
      return Object.defineProperty({ ...report } as JobReport, "summary", {
        value: (style?: TextStyle) => reportText(report, style),
      });
    });
  }

  /** How far the job is right now. */
  get progress(): Progress {
    return this.started.progress;
  }

  /**
   * Ends the job: nothing more is handed out, running chunks get a second to end, then their
   * threads are stopped. The job rejects with `reason`.
   *
   * @default reason a DOMException named "AbortError"
   */
  cancel(reason?: unknown): void {
    this.started.cancel(reason);
  }

  /**
   * Ends the job gently: nothing more is handed out, running chunks get five seconds to end. The
   * job rejects with `SWATH_INTERRUPTED`, which says how far it came and, where it has a
   * `journal`, how to go on.
   *
   * @param reason becomes the `cause` of that error
   */
  stop(reason?: unknown): void {
    this.started.stop(reason);
  }

  abstract then<A, B>(
    resolve?: ((result: T) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B>;

  /** As of any promise. */
  catch<B = never>(reject?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then<T, B>(undefined, reject);
  }

  /** As of any promise. */
  finally(act?: (() => void) | null): Promise<T> {
    return Promise.resolve<T>(this).finally(act);
  }

  protected claim(how: Exclude<Consumption, "undecided">): void {
    const { consumption } = this.started;
    if (consumption !== "undecided" && consumption !== "none") {
      throw new JobConsumedError(
        `The results of this job are already being taken (${consumption}). Await it, or iterate over it, once`,
      );
    }
    this.started.consume(how);
  }
}

/**
 * A running `map`. With `into` it ends with that array, and streams what was written into it. It
 * has started; take its results in one way:
 *
 * - `await job`: all of them, in the order of the items; with the option `results: "columns"` as
 *   {@link Columns};
 * - `for await (const result of job)`: in order, as they come, within a bounded window;
 * - `job.unordered()`: with their index, in whatever order they come;
 *
 * - `job.settled()`: what became of each item, failed or not.
 *
 * A loop that is left early cancels the job.
 */
export class Job<R, All = R[]> extends BaseJob<All> implements AsyncIterable<R> {
  #all: Promise<All> | undefined;

  override then<A = All, B = never>(
    resolve?: ((results: All) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#all ??= this.#collect();
    return this.#all.then(resolve, reject);
  }

  async #collect(): Promise<All> {
    this.claim("collect");
    const all = this.started.hasHead ? await this.started.results() : undefined;
    if (all !== undefined) return all as All;
    if (this.run.into !== undefined) {
      for await (const _ of this.run.parts());
      return this.run.into as All;
    }
    const wantsColumns = this.run.results === "columns";
    return (await (wantsColumns ? this.#columns() : this.#values())) as All;
  }

  async #values(): Promise<R[]> {
    const all = listFor<R>(this.run.progress.total ?? 0);
    for await (const { start, values } of this.run.parts()) copyValues(values, all, start);
    return all;
  }

  async #columns(): Promise<unknown> {
    try {
      return await collectColumns(this.run.parts());
    } catch (error) {
      this.cancel(error);
      throw error;
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<R> {
    this.claim("ordered");
    return this.#stream((value) => value as R);
  }

  /**
   * All items' outcomes, in the order of the items: an item that fails is a rejected one, whose
   * `reason` is an error of swath with `itemIndex` and `cause`, and the others go on. Call it at
   * once: an item that has failed before has ended the job. Rejects only if the job itself
   * cannot go on, such as when it is cancelled.
   */
  async settled(): Promise<PromiseSettledResult<R>[]> {
    this.claim("collect");
    this.run.settle();
    const all = listFor<PromiseSettledResult<R>>(this.run.progress.total ?? 0);
    for await (const { start, values, failed } of this.run.parts()) {
      for (const [i, value] of values.slice().entries()) {
        all[start + i] = { status: "fulfilled", value: value as R };
      }
      for (const { index, error } of failed) all[index] = { status: "rejected", reason: error };
    }
    return all;
  }

  /** The results with their index, in the order in which they come. */
  unordered(): AsyncGenerator<Indexed<R>> {
    this.claim("unordered");
    return this.#stream((value, index) => ({ index, value: value as R }));
  }

  #stream<T>(shape: (value: unknown, index: number) => T): AsyncGenerator<T> {
    return new ResultStream(this.run.parts(), shape, () => this.cancel());
  }
}

/**
 * A running `reduce` or `forEach`: await it for its result. A failure that nobody awaits is an
 * unhandled rejection, as of any promise.
 */
export class SettlingJob<R> extends BaseJob<R> {
  readonly #result: Promise<R>;

  /** @param finish makes the result of the parts, which come in index order */
  constructor(
    started: StartedJob,
    how: "ordered" | "collect",
    finish: (parts: AsyncIterable<Part>) => Promise<R>,
  ) {
    super(started);
    this.claim(how);
    this.#result = this.#settle(finish);
  }

  override then<A = R, B = never>(
    resolve?: ((result: R) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(resolve, reject);
  }

  /** Cancels what still runs if the caller's own part of the work (`combine`) throws. */
  async #settle(finish: (parts: AsyncIterable<Part>) => Promise<R>): Promise<R> {
    try {
      const all = this.started.hasHead ? await this.started.results() : undefined;
      return await finish(all === undefined ? this.run.parts() : onePart(all));
    } catch (error) {
      this.cancel(error);
      throw error;
    }
  }
}

async function* onePart(values: readonly unknown[]): AsyncGenerator<Part> {
  yield { start: 0, end: values.length, values: values as unknown[], failed: [] };
}
