/** A contiguous range of indices, `[start, end)`: the unit that is handed out and retried. */
export interface Chunk {
  readonly start: number;
  /** One past the last index. */
  readonly end: number;
  /** Microseconds after which the worker gives back what it has not begun. @default it never does */
  readonly budget?: number | undefined;
}

/** What a schedule is told when it is made. */
export interface ScheduleRequest {
  /** Number of items; `Infinity` while a source is pulled and its length not yet known. */
  readonly itemCount: number;
  /** Number of workers that will ask, numbered from 0. */
  readonly workers: number;
  /** The user's chunk size, in items; each schedule says what it does with it. */
  readonly chunk?: number | undefined;
  /**
   * Whether the first worker gives back what it has not done of a chunk when others come: then
   * its chunks may be large. @default false
   */
  readonly isDivisible?: boolean | undefined;
  /** Whether workers give back the rest of a chunk whose `budget` is used up. @default false */
  readonly givesBack?: boolean | undefined;
  /** Relative cost of every item, in any unit. */
  readonly costs?: ArrayLike<number> | undefined;
}

/**
 * The policy that cuts chunks and decides their order. It is asked by the driver each time a
 * worker has room.
 *
 * Invariants: the chunks that it hands out are not empty, do not overlap, and cover
 * `[0, itemCount)` once all workers have been refused; a refusal below `limit === itemCount`
 * is not final.
 */
export interface Schedule {
  /**
   * Whether every chunk starts where the one before it ended. Only then can an ordered stream
   * of results be bounded.
   */
  readonly inOrder: boolean;
  /** Whether a chunk belongs to the worker that asked: it is given to another only if that worker is lost. */
  readonly pinned?: boolean;
  /**
   * The next chunk for `worker`, or undefined if there is none for it now.
   *
   * @param limit no index at or above it may be handed out; a schedule that is not in order
   *   may disregard it
   * @param ahead what the worker will finish first: the chunk asked for waits behind it, so
   *   that large work would be bound to this worker long before it starts. A refusal is then
   *   not final
   * @param isBounded whether somebody takes the results one after the other, and only so many
   *   chunks may be done before they are taken: one that is given back half done would keep
   *   those behind it waiting. @default false
   */
  next(worker: number, limit: number, ahead?: Chunk, isBounded?: boolean): Chunk | undefined;
  /**
   * What `worker` gets of a chunk that another gave back: it begins where `rest` begins. Without
   * it such a chunk is handed out as it is.
   *
   * @param remaining how many indices no worker holds, those of `rest` among them
   */
  again?(rest: Chunk, worker: number, remaining: number, ahead?: Chunk): Chunk;
  /** Tells what a finished chunk cost its worker, in microseconds. */
  observe?(chunk: Chunk, worker: number, microseconds: number): void;
}

/** Makes a schedule for one job. */
export type ScheduleFactory = (request: ScheduleRequest) => Schedule;
