import { decodeError } from "../../protocol/errors.ts";
import type {
  ChunkOrder,
  EncodedFailure,
  FromWorker,
  GcPause,
  ItemFailure,
} from "../../protocol/messages.ts";
import type { ExecutorEvent, JobRequest, Opened, OpenJob, Sent } from "../executor.ts";
import { LoadWatch } from "./load-watch.ts";
import { outgoing } from "./outgoing.ts";
import type { Thread, ThreadEnd } from "./thread.ts";

/** How long an abandoned job's running chunks may go on before their threads are stopped. */
export const GRACE_MS = 1_000;
/** A finished job waits this long for its workers' last figures, which may be busy elsewhere. */
const LAST_WORD_MS = 100;
/** Claim words of a job in a worker: one for each chunk that it may hold. */
const CLAIM_WORDS = 2;
/** The item that runs, an index, and how often that has failed. */
const BEAT_WORDS = 3;

/** What a job may ask of the threads it runs on. */
export interface Links {
  thread(worker: number): Thread | undefined;
  /** Whether the worker is at another job. */
  isElsewhere(worker: number): boolean;
  /** {@link ThreadJob.isBusy} may have. */
  changed(): void;
  ended(): void;
}

/** A worker as one job sees it. */
interface Seat {
  /** How far the worker is with this job; it may be busy with others before it begins. */
  state: "asked" | "opening" | "joined";
  /** Word by word: 0, or the id + 1 of a chunk that has been sent and not begun. */
  readonly claim: Int32Array;
  /** The chunk that each word stands for, until it is done. */
  readonly slots: (number | undefined)[];
  /** Ends the worker if it does not load the task in time. */
  readonly loading: LoadWatch;
}

/** One job on the threads of a pool. */
export class ThreadJob implements OpenJob {
  readonly #id: number;
  readonly #request: JobRequest;
  readonly #on: (event: ExecutorEvent) => void;
  readonly #links: Links;
  /** Workers that have the job and have not yet said that they closed it. */
  readonly #seats = new Map<number, Seat>();
  readonly #claims: readonly Int32Array[];
  /** For each worker the item that runs there, and its tries; it writes them itself. */
  readonly #beats: readonly Float64Array[];
  readonly #gone = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** Chunks that no other worker could run, for their items were moved to one. */
  readonly #unreturnable = new Set<number>();
  /** How often it was sent, and the milliseconds that this took. */
  readonly #opened = { count: 0, ms: 0 };
  readonly #gc = new Map<number, readonly GcPause[]>();
  readonly #closed: Promise<void>;
  #isClosing = false;
  #settleClosed!: () => void;

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
    this.#claims = Array.from({ length: workers }, () => {
      return new Int32Array(new SharedArrayBuffer(CLAIM_WORDS * Int32Array.BYTES_PER_ELEMENT));
    });
    this.#beats = Array.from({ length: workers }, () => {
      return new Float64Array(new SharedArrayBuffer(BEAT_WORDS * Float64Array.BYTES_PER_ELEMENT));
    });
    this.#closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
  }

  /** Whether anything of the job runs, is on its way, loads or closes. */
  get isBusy(): boolean {
    if (this.#isClosing) return true;
    for (const { state, slots } of this.#seats.values()) {
      if (state !== "joined" || slots.some((chunk) => chunk !== undefined)) return true;
    }
    return false;
  }

  /** Whether the worker runs a chunk of this very job, or loads it. */
  isAt(worker: number): boolean {
    const seat = this.#seats.get(worker);
    if (seat === undefined) return false;
    return seat.state === "opening" || begunIn(seat) !== undefined;
  }

  /** Number of its items; `Infinity` if not known. */
  get items(): number {
    return this.#request.spec.itemCount;
  }

  /** Whether it is ending and takes no more workers. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  openOn(worker: number, thread: Thread): void {
    if (this.#isClosing) return;
    const claim = this.#claims[worker] as Int32Array;
    const beat = this.#beats[worker] as Float64Array;
    claim.fill(0);
    beat.set([-1, -1, 0]);
    const slots = new Array<undefined>(CLAIM_WORDS).fill(undefined);
    const loading = new LoadWatch(this.#request, worker, (error) => {
      this.#on({ kind: "unready", worker, error });
      this.stop(worker, error);
    });
    // One that has not come up yet may hang in what it was told to load before.
    if (!thread.isUp) loading.start(() => !thread.isUp);
    this.#seats.set(worker, { state: "asked", claim, slots, loading });
    this.#opened.ms += thread.send({
      kind: "open",
      job: this.#id,
      spec: this.#request.spec,
      claim,
      beat,
      gone: this.#gone,
    });
    this.#opened.count++;
  }

  get opened(): Opened {
    return { spec: this.#request.spec, ...this.#opened };
  }

  running(worker: number): number {
    return this.#seats.has(worker) ? (this.#beats[worker]?.[0] ?? -1) : -1;
  }

  tries(worker: number): number {
    const [item = -1, index = -1, tries = 0] = this.#beats[worker] ?? [];
    return index === Math.floor(item / this.#request.spec.unit) ? tries : 0;
  }

  stop(worker: number, reason: Error): void {
    if (this.#seats.has(worker)) void this.#links.thread(worker)?.end(reason);
  }

  run(worker: number, chunk: ChunkOrder): Sent | undefined {
    const thread = this.#links.thread(worker);
    const seat = this.#seats.get(worker);
    if (thread === undefined || seat === undefined) return undefined;
    const slot = seat.slots.indexOf(undefined);
    // The claim comes first: a worker that has just finished a chunk takes the next at once.
    seat.slots[slot] = chunk.id;
    Atomics.store(seat.claim, slot, chunk.id + 1);
    this.#links.changed();
    try {
      const { items, moves, moved, copied, isGone } = outgoing(chunk);
      const message = { ...chunk, items, slot };
      const ms = thread.send({ kind: "chunk", job: this.#id, chunk: message }, moves);
      if (isGone) this.#unreturnable.add(chunk.id);
      return { ms, moved, copied };
    } catch (error) {
      takeBack(seat, slot);
      seat.slots[slot] = undefined;
      throw error;
    }
  }

  revoke(worker: number, chunk: number): boolean {
    const seat = this.#seats.get(worker);
    const slot = seat?.slots.indexOf(chunk) ?? -1;
    if (seat === undefined || slot < 0 || this.#unreturnable.has(chunk)) return false;
    if (!takeBack(seat, slot)) return false;
    seat.slots[slot] = undefined;
    return true;
  }

  receive(worker: number, thread: Thread, message: FromWorker): void {
    const seat = this.#seats.get(worker);
    switch (message.kind) {
      case "opening":
        if (seat !== undefined) seat.state = "opening";
        return seat?.loading.start(() => true);
      case "loaded":
        return seat?.loading.end();
      case "ready":
        if (seat !== undefined) seat.state = "joined";
        this.#on({ kind: "joined", worker, at: message.at });
        return this.#links.changed();
      case "unready":
        if (seat !== undefined) seat.state = "joined";
        seat?.loading.end();
        return this.#on({ kind: "unready", worker, error: decodeError(message.error) });
      case "done": {
        const { chunk, span } = message;
        const failures = message.failures.map(decodeFailure);
        const { values, decode } = this.#resultsOf(thread);
        free(seat, chunk);
        this.#on({ kind: "done", worker, chunk, span, values, failures, decode });
        return this.#links.changed();
      }
      case "part": {
        const { chunk, until } = message;
        const failures = message.failures.map(decodeFailure);
        const { values } = this.#resultsOf(thread);
        return this.#on({ kind: "part", worker, chunk, until, values, failures });
      }
      case "failed": {
        free(seat, message.chunk);
        const failure = decodeFailure(message.failure);
        return this.#on({ kind: "failed", worker, chunk: message.chunk, failure });
      }
      case "closed":
        this.#keep(worker, message.gc);
        return this.#ended(worker);
      case "parted":
        return this.#keep(worker, message.gc);
      default:
        message satisfies never;
    }
  }

  #resultsOf(thread: Thread): ReturnType<Thread["receive"]> {
    return this.#request.spec.mode === "each" ? { values: [], decode: 0 } : thread.receive();
  }

  left(worker: number, { reason, wasUp, uncaught }: ThreadEnd): void {
    const seat = this.#seats.get(worker);
    if (seat === undefined) return;
    const ran = begunIn(seat);
    // What a callback of another job has ended is not this job's doing.
    const isOthers = uncaught?.job !== undefined && uncaught.job !== this.#id;
    const begun = isOthers ? undefined : ran;
    const item = this.running(worker);
    const { itemIndex } = uncaught?.job === this.#id ? uncaught : {};
    this.#on({
      kind: "left",
      worker,
      reason,
      begun,
      loading: seat.state === "opening" || !wasUp,
      running: begun === undefined || item < 0 ? undefined : item,
      tries: this.tries(worker),
      culprit: itemIndex === undefined ? undefined : { itemIndex, error: reason },
    });
    this.#ended(worker);
  }

  async close({
    abandon,
  }: {
    readonly abandon: boolean;
  }): Promise<ReadonlyMap<number, readonly GcPause[]>> {
    this.#isClosing = true;
    // A worker that comes to the job only now need not load it.
    Atomics.store(this.#gone, 0, 1);
    const busy = abandon ? this.#abandon() : [];
    for (const [worker, seat] of this.#seats) {
      this.#links.thread(worker)?.send({ kind: "close", job: this.#id });
      // A worker that never came to begin has nothing to say.
      if (abandon || seat.state === "joined") continue;
      seat.loading.end();
      this.#seats.delete(worker);
    }
    this.#settle();
    this.#links.changed();
    if (busy.length === 0) await this.closedWithin(LAST_WORD_MS);
    else if (!(await this.closedWithin(GRACE_MS))) await this.#stop(busy);
    return this.#gc;
  }

  /** Waits until all workers have closed the job, but not longer than `milliseconds`. */
  async closedWithin(milliseconds: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), milliseconds);
    });
    const inTime = await Promise.race([this.#closed.then(() => true), late]);
    clearTimeout(timer);
    return inTime;
  }

  /**
   * Takes back every chunk that has not begun, and tells the tasks that run.
   *
   * @returns the workers that are busy with this very job
   */
  #abandon(): readonly number[] {
    const busy: number[] = [];
    for (const [worker, seat] of this.#seats) {
      seat.slots.forEach((chunk, slot) => {
        if (chunk !== undefined && takeBack(seat, slot)) seat.slots[slot] = undefined;
      });
      if (this.isAt(worker)) busy.push(worker);
      this.#links.thread(worker)?.ring({ kind: "cancel", job: this.#id });
    }
    return busy;
  }

  /** Ends the threads that this job still keeps busy; they are replaced if others need them. */
  async #stop(busy: readonly number[]): Promise<void> {
    for (const worker of busy) {
      // It may have ended its chunk meanwhile, and be at another job's.
      if (!this.isAt(worker) && this.#links.isElsewhere(worker)) continue;
      if (this.#seats.has(worker)) await this.#links.thread(worker)?.stop();
    }
  }

  /** A worker that was replaced has told its figures before; they are added. */
  #keep(worker: number, gc: readonly GcPause[]): void {
    this.#gc.set(worker, [...(this.#gc.get(worker) ?? []), ...gc]);
  }

  #ended(worker: number): void {
    this.#seats.get(worker)?.loading.end();
    this.#seats.delete(worker);
    if (this.#isClosing) this.#settle();
  }

  #settle(): void {
    if (this.#seats.size > 0) return;
    this.#isClosing = false;
    this.#links.ended();
    this.#settleClosed();
  }
}

function decodeFailure(failure: EncodedFailure): ItemFailure {
  return { ...failure, error: decodeError(failure.error) };
}

function free(seat: Seat | undefined, chunk: number): void {
  const slot = seat?.slots.indexOf(chunk) ?? -1;
  if (seat !== undefined && slot >= 0) seat.slots[slot] = undefined;
}

/** The chunk that the worker runs: it clears a chunk's word when it begins with it. */
function begunIn({ claim, slots }: Seat): number | undefined {
  return slots.find((chunk, slot) => chunk !== undefined && Atomics.load(claim, slot) === 0);
}

/** Takes a chunk back that the worker has not begun; false if it has. */
function takeBack({ claim, slots }: Seat, slot: number): boolean {
  const word = (slots[slot] as number) + 1;
  return Atomics.compareExchange(claim, slot, word, 0) === word;
}
