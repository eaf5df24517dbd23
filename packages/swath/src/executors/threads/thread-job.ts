import { clonedHead } from "../../codecs/results-decoder.ts";
import { now } from "../../protocol/clock.ts";
import { decodeError } from "../../protocol/errors.ts";
import { decodeFailure } from "../../protocol/failures.ts";
import {
  type ChunkOrder,
  type FromWorker,
  sendsResults,
  type WorkerTally,
} from "../../protocol/messages.ts";
import { BEAT, clearBeat, newBeat } from "../beat.ts";
import type { ExecutorEvent, JobRequest, Opened, OpenJob, Sent } from "../executor.ts";
import { joinTallies } from "./join-tallies.ts";
import { LoadWatch } from "./load-watch.ts";
import { outgoing } from "./outgoing.ts";
import type { SavedResults } from "./saved-results.ts";
import { CLAIM_WORDS, type Given, Seat } from "./seat.ts";
import { hasOpened, markGone, newStanding, resetOpened } from "./standing.ts";
import type { Thread, ThreadEnd } from "./thread.ts";

/** How long an abandoned job's running chunks may go on before their threads are stopped. */
export const GRACE_MS = 1_000;
/** A finished job waits this long for its workers' last figures, which may be busy elsewhere. */
const LAST_WORD_MS = 100;

/** What a job may ask of the threads it runs on. */
export interface Links {
  thread(worker: number): Thread | undefined;
  /** Whether the worker is at another job. */
  isElsewhere(worker: number): boolean;
  /** {@link ThreadJob.isBusy} may have. */
  changed(): void;
  ended(): void;
}

/** What a job on threads is made from. */
interface ThreadJobRequest extends JobRequest {
  /** Whether every result must be safe from the end of its thread. */
  readonly saves: boolean;
}

/** One job on the threads of a pool. */
export class ThreadJob implements OpenJob {
  readonly #id: number;
  readonly #request: ThreadJobRequest;
  readonly #on: (event: ExecutorEvent) => void;
  readonly #links: Links;
  /** Workers that have the job and have not yet said that they closed it. */
  readonly #seats = new Map<number, Seat>();
  readonly #claims: readonly Int32Array[];
  /** For each worker the item that runs there, and its tries; it writes them itself. */
  readonly #beats: readonly Float64Array[];
  readonly #standing: Int32Array;
  /** Chunks that no other worker could run, for their items were moved to one. */
  readonly #unreturnable = new Set<number>();
  /** How often it was sent, and the milliseconds that this took. */
  readonly #opened = { count: 0, ms: 0 };
  readonly #tallies = new Map<number, WorkerTally>();
  /** Workers whose thread has said its last word and has not left yet. */
  readonly #parted = new Set<number>();
  /** Workers of which a thread has left without a word. */
  readonly #untold = new Set<number>();
  readonly #closed: Promise<void>;
  /** Workers that the job goes on without. */
  readonly #retired = new Set<number>();
  #isClosing = false;
  #settleClosed!: () => void;

  constructor(
    id: number,
    request: ThreadJobRequest,
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
    this.#beats = Array.from({ length: workers }, newBeat);
    this.#standing = newStanding(workers);
    this.#closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
  }

  /** Whether anything of the job runs, is on its way, loads or closes. */
  get isBusy(): boolean {
    if (this.#isClosing) return true;
    for (const seat of this.#seats.values()) if (seat.isBusy) return true;
    return false;
  }

  /** Whether the worker runs a chunk of this very job, or loads it. */
  isAt(worker: number): boolean {
    const seat = this.#seats.get(worker);
    if (seat === undefined) return false;
    return seat.state === "opening" || seat.begun !== undefined;
  }

  /** Whether a worker that has ended is to be replaced: it is not, once the job is ending. */
  wants(worker: number): boolean {
    return !this.#isClosing && !this.#retired.has(worker);
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
    if (!this.wants(worker)) return;
    const claim = this.#claims[worker] as Int32Array;
    const beat = this.#beats[worker] as Float64Array;
    clearBeat(beat);
    resetOpened(this.#standing, worker);
    const loading = new LoadWatch(this.#request, worker, (error) => {
      this.#on({ kind: "unready", worker, stage: "load", error });
      this.stop(worker, error);
    });
    // One that has not come up yet may hang in what it was told to load before.
    if (!thread.isUp) loading.start(() => !thread.isUp);
    this.#seats.set(worker, new Seat(claim, loading));
    const { spec, saves, mayHold: isGated = false, isMeasured = false } = this.#request;
    this.#opened.ms += thread.send({
      kind: "open",
      job: this.#id,
      spec,
      claim,
      beat,
      standing: this.#standing,
      isGated,
      saves,
      isMeasured,
    });
    this.#opened.count++;
  }

  get opened(): Opened {
    return { spec: this.#request.spec, ...this.#opened };
  }

  running(worker: number): number {
    return this.#seats.has(worker) ? (this.#beats[worker]?.[BEAT.item] ?? -1) : -1;
  }

  tries(worker: number): number {
    const beat = this.#beats[worker] as Float64Array;
    const index = Math.floor((beat[BEAT.item] as number) / this.#request.spec.unit);
    return beat[BEAT.tried] === index ? (beat[BEAT.failures] as number) : 0;
  }

  hold(worker: number, item: number): boolean {
    const thread = this.#links.thread(worker);
    return thread?.closeGate(() => this.running(worker) === item) ?? false;
  }

  stop(worker: number, reason: Error): void {
    if (this.#seats.has(worker)) void this.#links.thread(worker)?.end(reason);
  }

  retire(worker: number): void {
    this.#retired.add(worker);
  }

  run(worker: number, chunk: ChunkOrder): Sent | undefined {
    const thread = this.#links.thread(worker);
    const seat = this.#seats.get(worker);
    if (thread === undefined || seat === undefined) return undefined;
    // The claim comes first: a worker that has just finished a chunk takes the next at once.
    const slot = seat.give(chunk);
    this.#links.changed();
    try {
      const { items, moves, moved, copied, isGone } = outgoing(chunk);
      const message = { ...chunk, items, slot, budget: isGone ? undefined : chunk.budget };
      const ms = thread.send({ kind: "chunk", job: this.#id, chunk: message }, moves);
      if (isGone) this.#unreturnable.add(chunk.id);
      return { ms, moved, copied };
    } catch (error) {
      seat.takeBack(chunk.id);
      throw error;
    }
  }

  revoke(worker: number, chunk: number): boolean {
    if (this.#unreturnable.has(chunk)) return false;
    return this.#seats.get(worker)?.takeBack(chunk) ?? false;
  }

  receive(worker: number, thread: Thread, message: FromWorker): void {
    const seat = this.#seats.get(worker);
    switch (message.kind) {
      case "opening":
        if (seat !== undefined) seat.state = "opening";
        return seat?.loading.start(() => true);
      case "loaded":
        if (seat !== undefined) seat.stage = "init";
        return seat?.loading.end();
      case "ready":
        if (seat !== undefined) seat.state = "joined";
        // It comes too late to take part: it only disposes of what it has opened.
        if (!this.#isClosing) this.#on({ kind: "joined", worker, at: message.at });
        return this.#links.changed();
      case "unready": {
        if (seat !== undefined) seat.state = "joined";
        seat?.loading.end();
        if (this.#isClosing) return this.#links.changed();
        const { stage = "load" } = seat ?? {};
        return this.#on({ kind: "unready", worker, stage, error: decodeError(message.error) });
      }
      case "done": {
        const { chunk, span } = message;
        const failures = message.failures.map(decodeFailure);
        const { values, decode } = this.#resultsOf(thread, seat, message);
        seat?.free(chunk);
        this.#on({ kind: "done", worker, chunk, span, values, failures, decode });
        return this.#links.changed();
      }
      case "part": {
        const { chunk, until, span } = message;
        const failures = message.failures.map(decodeFailure);
        const { values, decode } = this.#resultsOf(thread, seat, message);
        seat?.advance(chunk, until);
        this.#on({ kind: "part", worker, chunk, until, values, failures, span, decode });
        if (span === undefined) return;
        seat?.free(chunk);
        return this.#on({ kind: "returned", worker, chunk });
      }
      case "failed": {
        seat?.free(message.chunk);
        const failure = decodeFailure(message.failure);
        return this.#on({ kind: "failed", worker, chunk: message.chunk, failure });
      }
      case "closed":
        this.#keep(worker, message.tally);
        return this.#ended(worker);
      case "parted":
        this.#parted.add(worker);
        return this.#keep(worker, message.tally);
      default:
        message satisfies never;
    }
  }

  /** Those that wait on the data port, and between them those that were saved. */
  #resultsOf(
    thread: Thread,
    seat: Seat | undefined,
    { chunk, saved }: { readonly chunk: number; readonly saved: number },
  ): ReturnType<Thread["receive"]> {
    const isSent = sendsResults(this.#request.spec);
    const received = isSent ? thread.receive() : { values: [], decode: 0 };
    if (saved === 0) return received;
    const begin = now();
    const start = seat?.startOf(chunk) ?? 0;
    thread.saved.fill(this.#id, chunk, start, clonedHead(received.values));
    return { ...received, decode: received.decode + now() - begin };
  }

  /** Tells what a thread had done of its chunk when it ended without a word. */
  #recover(worker: number, saved: SavedResults, sent: Given): void {
    const { id: chunk, start } = sent;
    const beat = this.#beats[worker] as Float64Array;
    if (beat[BEAT.chunk] !== chunk) return;
    const isSent = sendsResults(this.#request.spec);
    // Where nothing is sent, what ran before the item that runs is done.
    const known = Math.max(beat[BEAT.until] as number, isSent ? -1 : (beat[BEAT.item] as number));
    const { until, values, failures } = saved.recover(this.#id, chunk, start, known);
    if (until <= start) return;
    this.#seats.get(worker)?.advance(chunk, until);
    this.#on({ kind: "part", worker, chunk, until, values: isSent ? values : [], failures });
  }

  left(worker: number, end: ThreadEnd): void {
    const seat = this.#seats.get(worker);
    if (seat === undefined) return;
    if (!this.#parted.delete(worker)) this.#untold.add(worker);
    if (this.#isClosing && seat.state !== "joined") return this.#ended(worker);
    const { reason, wasUp, uncaught } = end;
    const sent = seat.begun;
    if (sent !== undefined) this.#recover(worker, end.saved, sent);
    const item = this.#runningIn(worker, sent);
    // What a callback of another job has ended is not this job's doing; nor is it a chunk's
    // whose worker ended between two items.
    const isOthers = uncaught?.job !== undefined && uncaught.job !== this.#id;
    const isCharged = !isOthers && !(end.wasHeld && item === undefined);
    const { itemIndex } = uncaught?.job === this.#id ? uncaught : {};
    this.#on({
      kind: "left",
      worker,
      reason,
      begun: isCharged ? sent?.id : undefined,
      loading: seat.state === "opening" || !wasUp,
      running: isCharged ? item : undefined,
      tries: this.tries(worker),
      culprit: itemIndex === undefined ? undefined : { itemIndex, error: reason },
    });
    this.#ended(worker);
  }

  /** The item of a chunk that a worker was at; undefined if that, and all before it, is done. */
  #runningIn(worker: number, sent: Given | undefined): number | undefined {
    const item = this.running(worker);
    if (sent === undefined || item < 0) return undefined;
    return Math.floor(item / this.#request.spec.unit) < sent.start ? undefined : item;
  }

  async close({
    abandon,
  }: {
    readonly abandon: boolean;
  }): Promise<ReadonlyMap<number, WorkerTally>> {
    this.#isClosing = true;
    // A worker that comes to the job only now need not load it.
    markGone(this.#standing);
    const busy = abandon ? this.#abandon() : [];
    for (const [worker, seat] of this.#seats) {
      this.#links.thread(worker)?.send({ kind: "close", job: this.#id });
      // A worker that never came to open anything has nothing to say, nor to dispose of.
      if (abandon || seat.state === "joined" || hasOpened(this.#standing, worker)) continue;
      seat.loading.end();
      this.#seats.delete(worker);
    }
    this.#settle();
    this.#links.changed();
    if (busy.length > 0) {
      if (!(await this.closedWithin(GRACE_MS))) await this.#stop(busy);
    } else if (!(await this.closedWithin(LAST_WORD_MS))) void this.#waitForOpening();
    for (const worker of this.#untold) {
      const tally = this.#tallies.get(worker);
      if (tally !== undefined) this.#tallies.set(worker, { ...tally, usage: undefined });
    }
    return this.#tallies;
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
   * Gives those that still open what they will only dispose of a second more. One that takes
   * longer does so by itself, as long as the program lives, but does not keep it alive.
   */
  async #waitForOpening(): Promise<void> {
    if (await this.closedWithin(GRACE_MS)) return;
    for (const [worker, seat] of this.#seats) {
      if (seat.state === "joined") continue;
      seat.loading.end();
      this.#seats.delete(worker);
    }
    this.#settle();
  }

  /**
   * Takes back every chunk that has not begun, and tells the tasks that run.
   *
   * @returns the workers that are busy with this very job
   */
  #abandon(): readonly number[] {
    const busy: number[] = [];
    for (const [worker, seat] of this.#seats) {
      seat.takeBackAll();
      if (this.isAt(worker)) busy.push(worker);
      this.#links.thread(worker)?.ring({ kind: "cancel", job: this.#id });
    }
    return busy;
  }

  /** Ends the threads that this job still keeps busy; they are replaced if others need them. */
  async #stop(busy: readonly number[]): Promise<void> {
    const kept = busy.filter((worker) => {
      // It may have ended its chunk meanwhile, and be at another job's.
      const isElsewhere = !this.isAt(worker) && this.#links.isElsewhere(worker);
      return this.#seats.has(worker) && !isElsewhere;
    });
    await Promise.all(kept.map(async (worker) => this.#links.thread(worker)?.stop()));
  }

  /** A worker that was replaced has told its figures before; they are added. */
  #keep(worker: number, tally: WorkerTally): void {
    const before = this.#tallies.get(worker);
    this.#tallies.set(worker, before === undefined ? tally : joinTallies(before, tally));
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
