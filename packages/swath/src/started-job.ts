import { JobConsumedError } from "./errors.ts";
import type { HeadOutcome, HeadStart } from "./head-start.ts";
import type { Consumption, JobRun, Progress } from "./job-run.ts";
import { now } from "./protocol/clock.ts";

/** Makes a job of a call, of which a head start may have done a part. */
export type OpenRun = (head?: HeadOutcome) => JobRun;

/**
 * A job that has been asked for. It is opened at once, or has a head start first, as soon as the
 * caller has it; unless that asks for anything before. One that a head start has brought to its end
 * is made a job only when somebody asks for more than its results: a small loop is over before that
 * would be.
 */
export class StartedJob {
  /** Whether {@link results} may be anything: asking takes a turn. */
  readonly hasHead: boolean;
  readonly #begin: number;
  readonly #turn: Promise<void> | undefined;
  #open: OpenRun | undefined;
  #run: JobRun | undefined;
  /** The head start while it runs, and what it has come to if that was all. */
  #running: HeadStart | undefined;
  #done: HeadOutcome | undefined;
  #how: Exclude<Consumption, "undecided"> | undefined;
  /** What is to become of it, said by a task of the head start. */
  readonly #wishes: ((run: JobRun) => void)[] = [];

  /** @param begin of the call, in ms of the shared clock */
  constructor(begin: number, open: OpenRun, head: HeadStart | undefined) {
    this.#begin = begin;
    this.#open = open;
    this.hasHead = head !== undefined;
    if (head === undefined) this.#openRun();
    else this.#turn = Promise.resolve().then(() => this.#runHead(head));
  }

  /** @throws JobConsumedError for a task of its own head start, which could only wait for itself */
  get run(): JobRun {
    this.#refuseOwnTask();
    return this.#run ?? this.#openRun(this.#done);
  }

  get consumption(): Consumption {
    return this.#run?.consumption ?? this.#how ?? "undecided";
  }

  /**
   * As {@link JobRun.consume}.
   *
   * @throws JobConsumedError as {@link run}
   */
  consume(how: Exclude<Consumption, "undecided">): void {
    this.#refuseOwnTask();
    this.#how = how;
    this.#run?.consume(how);
  }

  /** All results, where a head start has had them; undefined where the job is to be asked. */
  async results(): Promise<readonly unknown[] | undefined> {
    await this.#turn;
    return this.#run === undefined ? this.#done?.values : undefined;
  }

  get progress(): Progress {
    const head = this.#running ?? this.#done;
    if (head === undefined) return this.run.progress;
    const elapsed = (this.#done?.end ?? now()) - this.#begin;
    return { done: head.count, total: head.length, resumed: 0, elapsed, failed: 0 };
  }

  /** As {@link JobRun.cancel}. */
  cancel(reason: unknown): void {
    this.#tell((run) => run.cancel(reason));
  }

  /** As {@link JobRun.stop}. */
  stop(reason?: unknown): void {
    this.#tell((run) => run.stop(reason));
  }

  #refuseOwnTask(): void {
    if (this.#running === undefined) return;
    throw new JobConsumedError("A task cannot ask for the results or the report of its own job");
  }

  #tell(wish: (run: JobRun) => void): void {
    if (this.#running !== undefined) {
      this.#wishes.push(wish);
      this.#running.stop();
    } else if (this.#done === undefined) wish(this.run);
  }

  #runHead(head: HeadStart): void {
    if (this.#run !== undefined) return;
    this.#running = head;
    const outcome = head.run();
    this.#running = undefined;
    if (outcome.isWhole && this.#wishes.length === 0) this.#done = outcome;
    else this.#openRun(outcome);
  }

  #openRun(head?: HeadOutcome): JobRun {
    const run = (this.#open as OpenRun)(head);
    this.#run = run;
    // From here on they are the job's to keep, and to let go.
    this.#open = undefined;
    this.#done = undefined;
    if (this.#how !== undefined) run.consume(this.#how);
    for (const wish of this.#wishes) wish(run);
    return run;
  }
}
