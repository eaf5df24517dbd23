import { PoolClosedError } from "../../errors.ts";
import { decodeError } from "../../protocol/errors.ts";
import type { ChunkOrder, FromWorker, GcPause } from "../../protocol/messages.ts";
import type { Executor, ExecutorEvent, JobRequest, OpenJob } from "../executor.ts";
import { Thread } from "./thread.ts";

/** How long an abandoned job's running chunks may go on before their threads are stopped. */
const GRACE_MS = 1_000;
/** Claim words of a job in a worker: one for each chunk that it may hold. */
const CLAIM_WORDS = 2;

/** Worker threads: started by the first job, kept warm until `close`. */
export class ThreadExecutor implements Executor {
  readonly workers: number;
  readonly #threads: (Thread | undefined)[] = [];
  readonly #jobs = new Map<number, ThreadJob>();
  #nextJob = 0;
  #alive = false;
  #closed = false;

  constructor(workers: number) {
    this.workers = workers;
  }

  open(request: JobRequest, on: (event: ExecutorEvent) => void): OpenJob {
    if (this.#closed) throw new PoolClosedError("Cannot start a job: the pool is closed");
    const id = this.#nextJob++;
    const job = new ThreadJob(id, request, on, this.workers, {
      thread: (worker) => this.#threads[worker],
      changed: () => this.#keepAlive(),
      ended: () => this.#forget(id),
    });
    this.#jobs.set(id, job);
    for (let worker = 0; worker < this.workers; worker++) {
      const running = this.#threads[worker];
      if (running === undefined) this.#start(worker);
      else job.openOn(worker, running);
    }
    this.#keepAlive();
    return job;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#threads.filter((thread) => thread !== undefined);
    await Promise.all(running.map((thread) => thread.stop()));
  }

  #start(worker: number): void {
    const thread = new Thread(worker, {
      message: (message) => this.#jobs.get(message.job)?.receive(worker, thread, message),
      exit: (reason) => this.#exited(worker, reason),
    });
    this.#threads[worker] = thread;
    thread.keepAlive(this.#alive);
    for (const job of this.#jobs.values()) job.openOn(worker, thread);
  }

  #exited(worker: number, reason: Error): void {
    this.#threads[worker] = undefined;
    for (const job of this.#jobs.values()) job.left(worker, reason);
    if (!this.#closed && this.#jobs.size > 0) this.#start(worker);
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

interface Links {
  thread(worker: number): Thread | undefined;
  /** {@link ThreadJob.isBusy} may have. */
  changed(): void;
  ended(): void;
}

class ThreadJob implements OpenJob {
  readonly #id: number;
  readonly #request: JobRequest;
  readonly #on: (event: ExecutorEvent) => void;
  readonly #links: Links;
  readonly #claims: Int32Array[];
  /** Per worker and claim word: the chunk that it stands for. */
  readonly #slots: (number | undefined)[][];
  /** Workers that have not yet said that they closed the job. */
  readonly #open = new Set<number>();
  readonly #joined = new Set<number>();
  readonly #gc = new Map<number, readonly GcPause[]>();
  #closing: (() => void) | undefined;

  constructor(
    id: number,
    request: JobRequest,
    on: (event: ExecutorEvent) => void,
    workers: number,
    links: Links,
  ) {
    this.#id = id;
    this.#request = request;
    this.#on = on;
    this.#links = links;
    const bytes = CLAIM_WORDS * Int32Array.BYTES_PER_ELEMENT;
    this.#claims = Array.from(
      { length: workers },
      () => new Int32Array(new SharedArrayBuffer(bytes)),
    );
    this.#slots = Array.from({ length: workers }, () => new Array(CLAIM_WORDS).fill(undefined));
  }

  /** Whether anything of the job runs, is on its way, loads or closes. */
  get isBusy(): boolean {
    if (this.#closing !== undefined || this.#joined.size < this.#open.size) return true;
    return this.#slots.some((slots) => slots.some((chunk) => chunk !== undefined));
  }

  openOn(worker: number, thread: Thread): void {
    if (this.#closing !== undefined) return;
    const claim = this.#claims[worker] as Int32Array;
    claim.fill(0);
    this.#slots[worker]?.fill(undefined);
    this.#open.add(worker);
    thread.send({ kind: "open", job: this.#id, spec: this.#request.spec, claim });
  }

  run(worker: number, chunk: ChunkOrder): number {
    const thread = this.#links.thread(worker);
    if (thread === undefined) return 0;
    const slots = this.#slots[worker] as (number | undefined)[];
    const slot = slots.indexOf(undefined);
    slots[slot] = chunk.id;
    Atomics.store(this.#claims[worker] as Int32Array, slot, chunk.id + 1);
    this.#links.changed();
    return thread.send({ kind: "chunk", job: this.#id, chunk: { ...chunk, slot } });
  }

  revoke(worker: number, chunk: number): boolean {
    const slot = this.#slots[worker]?.indexOf(chunk) ?? -1;
    if (slot < 0) return false;
    const claim = this.#claims[worker] as Int32Array;
    if (Atomics.compareExchange(claim, slot, chunk + 1, 0) !== chunk + 1) return false;
    this.#freeSlot(worker, chunk);
    return true;
  }

  #freeSlot(worker: number, chunk: number): void {
    const slots = this.#slots[worker] as (number | undefined)[];
    slots[slots.indexOf(chunk)] = undefined;
  }

  receive(worker: number, thread: Thread, message: FromWorker): void {
    switch (message.kind) {
      case "ready":
        this.#joined.add(worker);
        this.#on({ kind: "joined", worker, at: message.at });
        return this.#links.changed();
      case "unready":
        return this.#on({ kind: "unready", worker, error: decodeError(message.error) });
      case "done": {
        const { chunk, span } = message;
        const none = this.#request.spec.mode === "each";
        const { values, decode } = none ? { values: [], decode: 0 } : thread.receive();
        this.#freeSlot(worker, chunk);
        this.#on({ kind: "done", worker, chunk, span, values, decode });
        return this.#links.changed();
      }
      case "failed": {
        const { itemIndex, preview, error } = message.failure;
        const failure = { itemIndex, preview, error: decodeError(error) };
        return this.#on({ kind: "failed", worker, chunk: message.chunk, failure });
      }
      case "closed":
        this.#gc.set(worker, message.gc);
        return this.#ended(worker);
      default:
        message satisfies never;
    }
  }

  left(worker: number, reason: Error): void {
    this.#joined.delete(worker);
    this.#on({ kind: "left", worker, reason });
    this.#ended(worker);
  }

  async close({
    abandon,
  }: {
    readonly abandon: boolean;
  }): Promise<ReadonlyMap<number, readonly GcPause[]>> {
    const closed = new Promise<void>((resolve) => {
      this.#closing = resolve;
    });
    this.#links.changed();
    // Chunks that wait in a worker are not begun any more.
    if (abandon) for (const claim of this.#claims) claim.fill(0);
    for (const worker of this.#open) {
      const thread = this.#links.thread(worker);
      if (abandon) thread?.ring({ kind: "cancel", job: this.#id });
      thread?.send({ kind: "close", job: this.#id });
      if (!abandon && !this.#joined.has(worker)) this.#open.delete(worker);
    }
    this.#settle();
    const timer = abandon ? setTimeout(() => this.#stopBusy(), GRACE_MS) : undefined;
    await closed;
    clearTimeout(timer);
    this.#links.ended();
    return this.#gc;
  }

  #ended(worker: number): void {
    this.#open.delete(worker);
    if (this.#closing !== undefined) this.#settle();
  }

  #settle(): void {
    if (this.#open.size === 0) this.#closing?.();
  }

  #stopBusy(): void {
    for (const worker of this.#open) void this.#links.thread(worker)?.stop();
  }
}
