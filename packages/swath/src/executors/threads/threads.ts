import { whyUnsendable } from "../../codecs/unsendable.ts";
import { messageOf, NotSendableError, PoolClosedError } from "../../errors.ts";
import { keepNames } from "../../shared/names.ts";
import type { Executor, ExecutorEvent, JobRequest, OpenJob } from "../executor.ts";
import { Thread, type ThreadEnd } from "./thread.ts";
import { GRACE_MS, ThreadJob } from "./thread-job.ts";
import type { ThreadOptions } from "./thread-options.ts";

/** Worker threads: started by the first job, kept warm until `close`. */
export class ThreadExecutor implements Executor {
  readonly workers: number;
  readonly #options: ThreadOptions;
  readonly #threads: (Thread | undefined)[] = [];
  readonly #jobs = new Map<number, ThreadJob>();
  #nextJob = 0;
  #alive = false;
  #closed = false;

  constructor(workers: number, options: ThreadOptions = {}) {
    this.workers = workers;
    this.#options = options;
  }

  get isWarm(): boolean {
    for (let worker = 0; worker < this.workers; worker++) {
      if (this.#threads[worker]?.isUp !== true) return false;
    }
    return true;
  }

  /**
   * As many threads as all open jobs have items are enough: a short job on a new pool does not
   * wait for the start of threads that would find nothing to do.
   */
  start(items: number): void {
    let wanted = items;
    for (const job of this.#jobs.values()) if (!job.isClosing) wanted += job.items;
    let running = this.#threads.reduce((count, thread) => count + (thread ? 1 : 0), 0);
    for (let worker = 0; worker < this.workers && running < wanted; worker++) {
      if (this.#closed || this.#threads[worker] !== undefined) continue;
      this.#start(worker);
      running++;
    }
  }

  /** @throws NotSendableError if `with`, `initial` or the source's data cannot be cloned */
  open(request: JobRequest, on: (event: ExecutorEvent) => void): OpenJob {
    if (this.#closed) throw new PoolClosedError("Cannot start a job: the pool is closed");
    assertCloneable(request);
    const id = this.#nextJob++;
    const saves = request.mayHold === true || this.#options.resourceLimits !== undefined;
    const job = new ThreadJob(id, { ...request, saves }, on, this.workers, {
      thread: (worker) => this.#threads[worker],
      isElsewhere: (worker) => this.#isAtAnother(worker, id),
      changed: () => this.#keepAlive(),
      ended: () => this.#forget(id),
    });
    this.start(request.spec.itemCount);
    this.#jobs.set(id, job);
    this.#threads.forEach((thread, worker) => {
      if (thread !== undefined) job.openOn(worker, thread);
    });
    this.#keepAlive();
    return job;
  }

  /** Jobs that are closing get a second to dispose of what they opened. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#jobs.values()].map((job) => job.closedWithin(GRACE_MS)));
    const running = this.#threads.filter((thread) => thread !== undefined);
    await Promise.all(running.map((thread) => thread.stop()));
  }

  #start(worker: number): void {
    keepNames();
    const thread = new Thread(worker, this.#options, {
      message: (message) => this.#jobs.get(message.job)?.receive(worker, thread, message),
      exit: (end) => this.#exited(worker, end),
    });
    this.#threads[worker] = thread;
    thread.keepAlive(this.#alive);
    for (const job of this.#jobs.values()) job.openOn(worker, thread);
  }

  #exited(worker: number, end: ThreadEnd): void {
    this.#threads[worker] = undefined;
    if (end.uncaught !== undefined && !this.#isHeard(worker, end.uncaught.job)) warnOf(worker, end);
    for (const job of this.#jobs.values()) job.left(worker, end);
    const isNeeded = [...this.#jobs.values()].some((job) => job.wants(worker));
    if (!this.#closed && isNeeded) this.#start(worker);
    // A job that ended with this thread may have been the last one busy.
    this.#keepAlive();
  }

  /** Whether a job will say what was thrown: the one it is of, or else the one that was at work. */
  #isHeard(worker: number, thrower: number | undefined): boolean {
    if (thrower !== undefined) return this.#jobs.get(thrower)?.isClosing === false;
    return [...this.#jobs.values()].some((job) => !job.isClosing && job.isAt(worker));
  }

  #isAtAnother(worker: number, id: number): boolean {
    return [...this.#jobs].some(([other, job]) => other !== id && job.isAt(worker));
  }

  #forget(id: number): void {
    this.#jobs.delete(id);
    this.#keepAlive();
  }

  /** The program lives as long as something runs: not for a stream that nobody reads. */
  #keepAlive(): void {
    let busy = false;
    for (const job of this.#jobs.values()) busy ||= job.isBusy;
    if (busy === this.#alive) return;
    this.#alive = busy;
    for (const thread of this.#threads) thread?.keepAlive(busy);
  }
}

/** In a program without workers it would have been the end of it. */
function warnOf(worker: number, { reason }: ThreadEnd): void {
  const what = `Worker ${worker} was ended by an error that a timer or a promise of a task threw after its job was over`;
  const detail = reason instanceof Error ? reason.stack : undefined;
  process.emitWarning(`${what}: ${messageOf(reason)}`, detail === undefined ? {} : { detail });
}

/** Before any thread is started: a job that cannot be sent must leave nothing behind. */
function assertCloneable({ spec }: JobRequest): void {
  const parts = { with: spec.with, initial: spec.initial, "the source's data": spec.source };
  for (const [name, value] of Object.entries(parts)) {
    const { cause } = whyUnsendable(value) ?? {};
    if (cause === undefined) continue;
    throw new NotSendableError(
      `Cannot send \`${name}\` to workers: ${messageOf(cause)}. Give plain data or typed arrays; ` +
        "make what cannot be sent in `init`",
      { cause },
    );
  }
}
