import { JobConsumedError } from "./errors.ts";
import type { HeadOutcome, HeadStart } from "./head-start.ts";
import type { Consumption, JobRun, Progress } from "./job-run.ts";
import { now } from "./protocol/clock.ts";

/**
 * Makes a job of a call, of which a head start may have done a part.
 *
 * @param wish what is to become of it, before it hands anything out
 */
export type OpenRun = (head?: HeadOutcome, wish?: (run: JobRun) => void) => JobRun;

/** After a head start of so many ms the event loop turns before the caller goes on. */
const TURN_AFTER_MS = 10;

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
    else {
      this.#turn = Promise.resolve().then(() => this.#runHead(head));
      // Whoever asks is told.
      this.#turn.catch(() => {});
    }
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

  async #runHead(head: HeadStart): Promise<void> {
    if (this.#run !== undefined) return;
    this.#running = head;
    const outcome = head.run();
    this.#running = undefined;
    if (!outcome.isWhole || this.#wishes.length > 0) {
      this.#openRun(outcome);
      return;
    }
    this.#done = outcome;
    const isLong = outcome.end - outcome.begin >= TURN_AFTER_MS;
    if (isLong) await new Promise((resolve) => setImmediate(resolve));
  }

  #openRun(head?: HeadOutcome): JobRun {
    const open = this.#open as OpenRun;
    // From here on all is the job's to keep, and to let go. It is never opened twice.
    this.#open = failedToOpen;
    this.#done = undefined;
    const wish = (run: JobRun) => {
      for (const one of this.#wishes) one(run);
    };
    const isBegun = head?.next !== undefined;
    const run = open(head, isBegun ? undefined : wish);
    this.#run = run;
    if (this.#how !== undefined) run.consume(this.#how);
    // By then the item that has begun is the job's, and what it came to.
    if (isBegun && this.#wishes.length > 0) setImmediate(() => wish(run));
    return run;
  }
}

function failedToOpen(): never {
  throw new JobConsumedError("The job could not be started; awaiting it says why");
}
