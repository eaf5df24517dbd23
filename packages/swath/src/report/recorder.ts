import type { ChunkSpan, GcPause, ThreadUsage, WorkerTally } from "../protocol/messages.ts";
import type { Rows, Transport } from "../protocol/results.ts";
import { ByteCount } from "./byte-count.ts";
import { ResultBytes } from "./result-bytes.ts";

/** One chunk as it was run; times in ms of the shared clock. */
export interface ChunkRecord extends ChunkSpan {
  readonly worker: number;
  readonly startItem: number;
  readonly endItem: number;
}

/** A stretch of time in which a worker was ready for chunks. */
export interface Lifetime {
  readonly worker: number;
  readonly from: number;
  to: number;
}

/** A stretch of time for which one worker was to run alone. */
export interface Stretch {
  readonly worker: number;
  /** When the others were told to rest. */
  readonly asked: number;
  /** When they did; not a number if it never came to that. */
  readonly from: number;
  readonly to: number;
}

/** Bytes that went to a worker and came from it. */
export interface WorkerBytes {
  out: number;
  in: number;
}

/** Everything that was measured in a run, before any figure is made of it. */
export interface Recording {
  readonly begin: number;
  readonly end: number;
  readonly chunks: readonly ChunkRecord[];
  readonly lifetimes: readonly Lifetime[];
  readonly gc: ReadonlyMap<number, readonly GcPause[]>;
  readonly lost: number;
  readonly driverEncode: number;
  readonly driverDecode: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly bytesInBy: Readonly<Record<Transport, number>>;
  /** Bytes of `bytesOut` whose memory changed hands. */
  readonly movedOut: number;
  /** Of `bytesOut`, what items were that are typed arrays, and were not moved. */
  readonly arraysOut: number;
  readonly exactBytes: boolean;
  readonly bytesBy: ReadonlyMap<number, WorkerBytes>;
  /** What workers had of the machine, of those that could say it. */
  readonly usage: ReadonlyMap<number, ThreadUsage>;
  /** Milliseconds on a core that workers took to start, of those that were started for the job. */
  readonly starting: ReadonlyMap<number, number>;
  /** Milliseconds on a core that loading the job took workers which were there before. */
  readonly loading: ReadonlyMap<number, number>;
  readonly heapUsed: ReadonlyMap<number, number>;
  readonly stretches: readonly Stretch[];
  /** Milliseconds that measuring took: of this thread, and of all workers together. */
  readonly cost: { readonly driver: number; readonly workers: number };
}

/** What was measured so far of a run that goes on. */
export interface LiveFigures {
  /** Start of the job, in ms of the shared clock. */
  readonly begin: number;
  /** Chunks that have ended, … */
  readonly count: number;
  /** … and those of them that were asked for, in the order in which they ended. */
  readonly chunks: readonly ChunkRecord[];
  readonly lifetimes: readonly Lifetime[];
  /** Milliseconds of the caller's thread. */
  readonly driverEncode: number;
  readonly driverDecode: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly exactBytes: boolean;
}

/** What sending a chunk took. */
export interface SentFigures {
  readonly worker: number;
  /** Milliseconds of this thread. */
  readonly ms: number;
  /** Bytes of memory that changed hands. */
  readonly moved: number;
  /** What was copied, as far as it was not moved. */
  readonly copied: ArrayLike<unknown>;
}

/** Takes down what happens in a run: a few numbers for each chunk. */
export class Recorder {
  readonly #begin: number;
  readonly #chunks: ChunkRecord[] = [];
  readonly #lifetimes: Lifetime[] = [];
  readonly #out = new ByteCount();
  readonly #in = new ResultBytes();
  #end = Number.NaN;
  #lost = 0;
  #driverEncode = 0;
  #driverDecode = 0;
  #moved = 0;
  readonly #bytesBy = new Map<number, WorkerBytes>();

  /** @param begin start of the job, in ms of the shared clock */
  constructor(begin: number) {
    this.#begin = begin;
  }

  joined(worker: number, at: number): void {
    this.#lifetimes.push({ worker, from: at, to: Infinity });
  }

  left(worker: number, at: number, chunks: number): void {
    this.#lost += chunks;
    const life = this.#lifetimes.findLast((l) => l.worker === worker);
    if (life !== undefined && life.to === Infinity) life.to = at;
  }

  /** A chunk was sent. */
  sent({ worker, ms, moved, copied }: SentFigures): void {
    this.#driverEncode += ms;
    this.#moved += moved;
    this.#bytesOf(worker).out += moved + this.#out.add(copied);
  }

  /**
   * A chunk is done.
   *
   * @param ms what decoding its results took of this thread; undefined where they never left it
   */
  done(chunk: ChunkRecord, values: Rows, ms: number | undefined): void {
    this.#chunks.push(chunk);
    if (ms === undefined) return;
    this.#driverDecode += ms;
    this.#bytesOf(chunk.worker).in += this.#in.add(values);
  }

  /** Results were made out of what had come; it took `ms` of this thread. */
  made(ms: number): void {
    this.#driverDecode += ms;
  }

  /** The last result has come. */
  end(at: number): void {
    this.#end = at;
  }

  /** What there is so far; of the chunks, those from `from` on. */
  live(from: number): LiveFigures {
    return {
      begin: this.#begin,
      count: this.#chunks.length,
      chunks: this.#chunks.slice(from),
      lifetimes: this.#lifetimes,
      driverEncode: this.#driverEncode,
      driverDecode: this.#driverDecode,
      bytesOut: this.#out.bytes + this.#moved,
      bytesIn: this.#in.bytes,
      exactBytes: this.#out.exact && this.#in.exact,
    };
  }

  /**
   * @param tallies of each worker that told
   * @param stretches for which one worker was to run alone
   */
  recording(
    tallies: ReadonlyMap<number, WorkerTally>,
    stretches: readonly Stretch[] = [],
  ): Recording {
    let costOfWorkers = 0;
    for (const { cost } of tallies.values()) costOfWorkers += cost;
    return {
      begin: this.#begin,
      end: this.#end,
      chunks: this.#chunks,
      // They go on: workers may still come and leave.
      lifetimes: this.#lifetimes.map((life) => ({ ...life })),
      gc: columnOf(tallies, ({ gc }) => gc),
      lost: this.#lost,
      driverEncode: this.#driverEncode,
      driverDecode: this.#driverDecode,
      bytesOut: this.#out.bytes + this.#moved,
      bytesIn: this.#in.bytes,
      bytesInBy: this.#in.by,
      movedOut: this.#moved,
      arraysOut: this.#out.arrays,
      exactBytes: this.#out.exact && this.#in.exact,
      bytesBy: this.#bytesBy,
      usage: columnOf(tallies, ({ usage }) => usage),
      starting: columnOf(tallies, ({ starting }) => starting),
      loading: columnOf(tallies, ({ loading }) => loading),
      heapUsed: columnOf(tallies, ({ heapUsed }) => heapUsed),
      stretches,
      cost: { driver: this.#out.ms + this.#in.ms, workers: costOfWorkers },
    };
  }

  #bytesOf(worker: number): WorkerBytes {
    let bytes = this.#bytesBy.get(worker);
    if (bytes === undefined) this.#bytesBy.set(worker, (bytes = { out: 0, in: 0 }));
    return bytes;
  }
}

function columnOf<T>(
  tallies: ReadonlyMap<number, WorkerTally>,
  value: (tally: WorkerTally) => T | undefined,
): ReadonlyMap<number, T> {
  const column = new Map<number, T>();
  for (const [worker, tally] of tallies) {
    const found = value(tally);
    if (found !== undefined) column.set(worker, found);
  }
  return column;
}
