import { InvalidTransitionError, previewOf } from "../errors.ts";
import type { Chunk, Schedule } from "../schedules/schedule.ts";
import type {
  ChunkRun,
  Culprit,
  DriverCommand,
  DriverEvent,
  FailureCause,
  Window,
} from "./events.ts";
import { FinishedRanges } from "./finished.ts";
import { afterLoss, isIn, type Loss, type Piece, without } from "./loss.ts";

/** Chunks that a worker may hold: the one it runs and one that waits, so that it never waits. */
const HELD_PER_WORKER = 2;
/** Workers that end one after the other before any has loaded the task: that will not change. */
const MAX_FAILED_STARTS = 3;
/** Events kept for the message of an invalid transition. */
const STORY_LENGTH = 20;
/** Characters of an event in that message. */
const STORY_LINE = 200;
/** Items of a pulled source that are read ahead for each worker before costs are known. */
const READ_AHEAD_PER_WORKER = 8;

/** What a driver is made from. */
export interface DriverOptions {
  readonly schedule: Schedule;
  /** Number of items; `Infinity` for a pulled source until it has ended. */
  readonly itemCount: number;
  readonly workers: number;
  readonly window: Window;
  /** How often an index that has failed by itself is tried again. @default 0 */
  readonly retries?: number;
  /** What is done already, sorted and without overlap; the caller has its results. @default [] */
  readonly finished?: readonly Chunk[] | undefined;
}

/**
 * The driver: decides which worker runs which chunk. Pure: events in, commands out; it has no
 * clock, no I/O and no randomness.
 *
 * **Every item is handed out once, and again only after the worker that held it has left.**
 * Rules and states are in `driver/README.md`.
 */
export class Driver {
  readonly #schedule: Schedule;
  readonly #workers: number;
  readonly #retries: number;
  /** Chunks held by each worker that has joined, the one that runs first. */
  readonly #held = new Map<number, ChunkRun[]>();
  /** Chunks taken back from workers, to be handed out before anything new. */
  readonly #returned: Piece[] = [];
  readonly #story: DriverEvent[] = [];
  /** Chunks that could not be revoked, for their worker had begun them. */
  readonly #begun = new Set<number>();
  #itemCount: number;
  #available: number;
  #window: Window;
  #consumed = { items: 0, chunks: 0 };
  #handedOut = { items: 0, chunks: 0 };
  readonly #finished: FinishedRanges;
  /** Finished items that the schedule has passed: handed out, but not to any worker. */
  #skipped = 0;
  #doneItems: number;
  #nextId = 0;
  #pulledUntil = 0;
  #largest = 1;
  #revoking: number | undefined;
  /** Workers that have left without joining since the last one joined. */
  #failedStarts = 0;
  /** Whether an index that fails is settled by itself, and the others go on. */
  #collects = false;
  #alone: { readonly worker: number; readonly size: number } | undefined;
  #draining: { readonly reason: unknown } | undefined;
  #over = false;
  #commands: DriverCommand[] = [];

  constructor(options: DriverOptions) {
    this.#schedule = options.schedule;
    this.#workers = options.workers;
    this.#retries = options.retries ?? 0;
    this.#itemCount = options.itemCount;
    this.#available = Number.isFinite(options.itemCount) ? options.itemCount : 0;
    this.#window = options.window;
    this.#finished = new FinishedRanges(options.finished ?? []);
    this.#doneItems = this.#finished.items;
  }

  /** Items done so far. */
  get doneItems(): number {
    return this.#doneItems;
  }

  /** Items that are not done; `Infinity` while nobody knows how many there are. */
  get remaining(): number {
    return this.#itemCount - this.#doneItems;
  }

  /** Whether `finish` or `fail` has been ordered. */
  get isOver(): boolean {
    return this.#over;
  }

  /** The worker that alone is given anything. */
  get alone(): number | undefined {
    return this.#alone?.worker;
  }

  /** Whether no worker but this one holds anything. */
  othersRest(worker: number): boolean {
    for (const [other, held] of this.#held) if (other !== worker && held.length > 0) return false;
    return true;
  }

  /** Chunks that `worker` holds, the one that runs first. */
  heldBy(worker: number): readonly ChunkRun[] {
    return this.#held.get(worker) ?? [];
  }

  /** Lowest index that is not done: items below it will not be asked for again. */
  get firstOpen(): number {
    let first = this.#handedOut.items;
    for (const held of this.#held.values()) {
      for (const chunk of held) first = Math.min(first, chunk.start);
    }
    for (const chunk of this.#returned) first = Math.min(first, chunk.start);
    return first;
  }

  /**
   * Takes one event and returns the commands that follow from it. After the last command
   * events are accepted and change nothing.
   *
   * @throws InvalidTransitionError for an event that the state does not allow
   */
  handle(event: DriverEvent): readonly DriverCommand[] {
    this.#commands = [];
    if (this.#over) return this.#commands;
    this.#story.push(event);
    if (this.#story.length > STORY_LENGTH) this.#story.shift();
    this.#apply(event);
    if (!this.#over) this.#dispatch();
    return this.#commands;
  }

  #apply(event: DriverEvent): void {
    switch (event.kind) {
      case "joined":
        if (this.#held.has(event.worker)) this.#refuse(`worker ${event.worker} joined twice`);
        this.#held.set(event.worker, []);
        this.#failedStarts = 0;
        return;
      case "done":
        return this.#done(event.worker, event.chunk, event.microseconds);
      case "part":
        return this.#part(event);
      case "failed":
        return this.#failed(event.worker, event.chunk, event.failed);
      case "unready":
        return this.#fail({ kind: "task", error: event.error });
      case "left":
        return this.#left(event);
      case "revoked":
        return this.#revoked(event.worker, event.chunk);
      case "kept":
        this.#begun.add(event.chunk);
        this.#revoking = undefined;
        return;
      case "available":
        this.#available = event.until;
        if (event.ended) this.#itemCount = event.until;
        return;
      case "consumed":
        this.#consumed = { items: event.items, chunks: event.chunks };
        return;
      case "collect":
        this.#collects = true;
        return;
      case "alone":
        this.#alone = event;
        return;
      case "together":
        this.#alone = undefined;
        return;
      case "window":
        this.#window = event.window;
        return;
      case "cancel":
        return this.#fail({ kind: "cancelled", reason: event.reason });
      case "drain":
        return this.#drain(event.reason);
      default:
        event satisfies never;
    }
  }

  #done(worker: number, id: number, microseconds: number): void {
    const chunk = this.#release(worker, id);
    this.#doneItems += chunk.end - chunk.start;
    this.#schedule.observe?.(chunk, worker, microseconds);
  }

  #part(event: DriverEvent & { readonly kind: "part" }): void {
    const { worker, chunk: id, until, microseconds } = event;
    const held = this.#held.get(worker) ?? [];
    const at = held.findIndex((chunk) => chunk.id === id);
    const chunk = held[at];
    if (chunk === undefined) this.#refuse(`worker ${worker} does not hold chunk ${id}`);
    this.#doneItems += until - chunk.start;
    const { start } = chunk;
    if (microseconds !== undefined) {
      this.#schedule.observe?.({ start, end: until }, worker, microseconds);
    }
    if (until === chunk.end) {
      this.#release(worker, id);
      return;
    }
    held[at] = { ...chunk, start: until };
    this.#handedOut.chunks++;
  }

  /** Only the chunk that ran is charged: the others waited, perhaps behind another job's. */
  #left(event: DriverEvent & { readonly kind: "left" }): void {
    const { worker, reason, begun, loading, culprit } = event;
    const held = this.#held.get(worker);
    if (held === undefined) {
      if (loading) this.#failedToStart(worker, reason);
      return;
    }
    this.#held.delete(worker);
    if (held.some((chunk) => chunk.id === this.#revoking)) this.#revoking = undefined;
    for (const chunk of held) {
      this.#begun.delete(chunk.id);
      if (chunk.id === begun) this.#lost(chunk, event);
      else this.#returned.push(chunk);
    }
    const ran = held.find((chunk) => chunk.id === begun);
    if (culprit === undefined || (ran !== undefined && isIn(ran, culprit.index))) return;
    this.#settle(culprit.index, { kind: "task", error: culprit.error }, "late");
  }

  /** Others may go on without it, unless the schedule has chunks that are this worker's alone. */
  #failedToStart(worker: number, reason: unknown): void {
    if (++this.#failedStarts < MAX_FAILED_STARTS) return;
    const cause = { worker, reason };
    if (this.#held.size === 0 || this.#schedule.pinned) {
      return this.#fail({ kind: "unstartable", ...cause });
    }
    this.#failedStarts = 0;
    this.#commands.push({ kind: "retire", ...cause });
  }

  #lost(chunk: ChunkRun, loss: Loss): void {
    const { again, failed } = afterLoss(chunk, loss, this.#retries);
    this.#returned.push(...withBudget(again, chunk));
    this.#handedOut.chunks += again.length + (failed === undefined ? 0 : 1) - 1;
    if (failed !== undefined) this.#settle(failed.index, failed.cause, "settle");
  }

  /** What is left of the chunk goes out again, whoever asks first. */
  #failed(worker: number, id: number, failed: readonly Culprit[]): void {
    const chunk = this.#release(worker, id);
    const again = without(chunk, failed);
    this.#returned.push(...withBudget(again, chunk));
    this.#handedOut.chunks += again.length + failed.length - 1;
    for (const { index, error } of failed) this.#settle(index, { kind: "task", error }, "settle");
  }

  /** An index has failed for good. `late`: it was done already when a callback of it threw. */
  #settle(index: number, cause: FailureCause, kind: "settle" | "late"): void {
    if (this.#over) return;
    if (!this.#collects) return this.#fail(cause);
    if (kind === "settle") this.#doneItems++;
    this.#commands.push({ kind, index, cause });
  }

  #revoked(worker: number, id: number): void {
    const { start, end, attempt, tries, budget } = this.#release(worker, id);
    const isAsked = id === this.#revoking;
    if (isAsked) this.#revoking = undefined;
    // Halves of a chunk of unknown cost might be far too long.
    if ((!isAsked || budget !== undefined) && this.#schedule.again !== undefined) {
      this.#returned.push({ start, end, attempt, tries, isRest: true });
      return;
    }
    const middle = Math.ceil((start + end) / 2);
    this.#returned.push({ start, end: middle, attempt, tries });
    if (middle === end) return;
    this.#returned.push({ start: middle, end, attempt, tries: 0 });
    this.#handedOut.chunks++;
  }

  /** Takes back whatever no worker has begun. */
  #drain(reason: unknown): void {
    if (this.#draining !== undefined) return;
    this.#draining = { reason };
    for (const [worker, held] of this.#held) {
      for (const { id } of held) {
        if (this.#begun.has(id) || id === this.#revoking) continue;
        this.#commands.push({ kind: "revoke", worker, chunk: id });
      }
    }
  }

  #dispatch(): void {
    if (this.#doneItems === this.#itemCount) {
      this.#over = true;
      this.#commands.push({ kind: "finish" });
      return;
    }
    if (this.#draining !== undefined) {
      const isIdle = [...this.#held.values()].every((held) => held.length === 0);
      if (isIdle) this.#fail({ kind: "stopped", reason: this.#draining.reason });
      return;
    }
    let isIdle = false;
    for (let depth = 0; depth < HELD_PER_WORKER; depth++) {
      for (const [worker, held] of this.#held) {
        if (held.length !== depth || (this.#alone?.worker ?? worker) !== worker) continue;
        const chunk = this.#upToSize(this.#take(worker, held[0]));
        if (chunk !== undefined) this.#run(worker, held, chunk);
        else isIdle ||= depth === 0;
      }
    }
    if (this.#alone !== undefined && this.heldBy(this.#alone.worker).length === 0) {
      this.#alone = undefined;
      return this.#dispatch();
    }
    if (isIdle) this.#revokeForIdle();
    this.#pull();
  }

  /** A worker that is alone gets no more than it may; the rest is the next to go out. */
  #upToSize(piece: Piece | undefined): Piece | undefined {
    if (piece === undefined || this.#alone === undefined) return piece;
    const middle = piece.start + this.#alone.size;
    if (middle >= piece.end) return piece;
    this.#returned.unshift({ ...piece, start: middle, tries: 0 });
    this.#handedOut.chunks++;
    return { ...piece, end: middle };
  }

  #take(worker: number, ahead: ChunkRun | undefined): Piece | undefined {
    const at = this.#returned.findIndex((piece) => this.#mayGoOut(piece));
    const [returned] = at < 0 ? [] : this.#returned.splice(at, 1);
    if (returned !== undefined) return this.#cutRest(returned, worker, ahead);
    const { chunks } = this.#consumed;
    const isBounded = this.#window.chunks < Infinity || this.#window.items < Infinity;
    while (this.#handedOut.chunks - chunks < this.#window.chunks) {
      const bound = this.#consumed.items + this.#skipped + this.#window.items;
      const most = this.#handedOut.items + this.#chunkItems;
      const limit = Math.min(this.#available, bound, most);
      if (this.#handedOut.items >= limit) return undefined;
      const chunk = this.#schedule.next(worker, limit, ahead, isBounded);
      if (chunk === undefined) return undefined;
      const [first, ...others] = this.#handOut(chunk);
      this.#returned.push(...others);
      if (first !== undefined) return first;
    }
    return undefined;
  }

  /**
   * Whether a piece that was given back is within the window. So is the first that is not done
   * once all before it has been taken: whoever takes results in order waits for it.
   */
  #mayGoOut(piece: Piece): boolean {
    if (piece.isRest !== true) return true;
    const isWithin = this.#handedOut.chunks - this.#consumed.chunks <= this.#window.chunks;
    if (isWithin) return true;
    const taken = this.#consumed.items + this.#skipped;
    return piece.start === this.firstOpen && piece.start <= taken;
  }

  /** Of what was given back, what the worker gets; the rest waits for the next who asks. */
  #cutRest(piece: Piece, worker: number, ahead: ChunkRun | undefined): Piece {
    if (piece.isRest !== true) return piece;
    const others = this.#returned.reduce((sum, other) => sum + length(other), 0);
    const open = this.#itemCount - this.#handedOut.items + others + length(piece);
    const { end, budget } = this.#schedule.again?.(piece, worker, open, ahead) ?? piece;
    if (end === piece.end) return { ...piece, budget };
    this.#returned.unshift({ ...piece, start: end });
    this.#handedOut.chunks++;
    return { ...piece, end, budget };
  }

  /** Counts a chunk as handed out and gives what of it is not yet done. */
  #handOut(chunk: Chunk): readonly Piece[] {
    const open = this.#finished.cut(chunk);
    const openItems = open.reduce((sum, part) => sum + length(part), 0);
    this.#handedOut.items += length(chunk);
    this.#handedOut.chunks += open.length;
    this.#skipped += length(chunk) - openItems;
    this.#largest = Math.max(this.#largest, length(chunk));
    const { budget } = chunk;
    return open.map((part) => ({ ...part, budget, attempt: 1, tries: 0 }));
  }

  #run(worker: number, held: ChunkRun[], piece: Piece): void {
    const { start, end, attempt, tries, budget } = piece;
    const id = this.#nextId++;
    const run: ChunkRun = { id, start, end, attempt, tries, ...(budget && { budget }) };
    held.push(run);
    this.#commands.push({ kind: "run", worker, chunk: run });
  }

  /** Once all is handed out, an idle worker takes what waits behind a busy one. */
  #revokeForIdle(): void {
    const allOut = this.#handedOut.items === this.#itemCount;
    if (!allOut || this.#revoking !== undefined || this.#schedule.pinned) return;
    let victim: { worker: number; chunk: ChunkRun } | undefined;
    for (const [worker, [, chunk]] of this.#held) {
      if (chunk === undefined || this.#begun.has(chunk.id)) continue;
      if (victim === undefined || length(chunk) > length(victim.chunk)) victim = { worker, chunk };
    }
    if (victim === undefined) return;
    this.#revoking = victim.chunk.id;
    this.#commands.push({ kind: "revoke", worker: victim.worker, chunk: victim.chunk.id });
  }

  /** Schedules out of order have their own chunks. */
  get #chunkItems(): number {
    return this.#schedule.inOrder ? (this.#window.chunkItems ?? Infinity) : Infinity;
  }

  #pull(): void {
    if (Number.isFinite(this.#itemCount)) return;
    const few = Math.min(READ_AHEAD_PER_WORKER, this.#chunkItems);
    const ahead = 2 * this.#workers * Math.max(few, Math.min(this.#largest, this.#chunkItems));
    const until = Math.min(
      this.#handedOut.items + ahead,
      this.#consumed.items + this.#window.items,
    );
    if (until <= this.#pulledUntil) return;
    this.#pulledUntil = until;
    this.#commands.push({ kind: "pull", until });
  }

  #release(worker: number, id: number): ChunkRun {
    const held = this.#held.get(worker);
    const at = held?.findIndex((chunk) => chunk.id === id) ?? -1;
    const [chunk] = at < 0 ? [] : (held as ChunkRun[]).splice(at, 1);
    if (chunk === undefined) this.#refuse(`worker ${worker} does not hold chunk ${id}`);
    this.#begun.delete(id);
    return chunk;
  }

  #fail(cause: FailureCause): void {
    this.#over = true;
    this.#commands.push({ kind: "fail", cause });
  }

  #refuse(what: string): never {
    const story = this.#story.map((event) => previewOf(event, STORY_LINE)).join("\n  ");
    throw new InvalidTransitionError(`${what}; the last events were:\n  ${story}`);
  }
}

/** Pieces of a chunk are of no better known cost than the chunk. */
function withBudget(pieces: readonly Piece[], { budget }: Chunk): readonly Piece[] {
  return budget === undefined ? pieces : pieces.map((piece) => ({ ...piece, budget }));
}

function length(chunk: Chunk): number {
  return chunk.end - chunk.start;
}
