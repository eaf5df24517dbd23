import type { LiveFigures, ObservedJob } from "swath/plugin";
import { type LiveUpdate, SPAN_COLUMNS, WORKER_SUMS } from "./messages.ts";

/** Spans that are named in one update, … */
const MAX_NEW_SPANS = 1_250;
/** … in all, … */
const MAX_SPANS = 100_000;
/** … and how many updates long what is left of them should last at the least. */
const UPDATES_LEFT = MAX_SPANS / MAX_NEW_SPANS;

/** Of a job with `report: false`: how far it is can be shown, and no more. */
const NOTHING_RECORDED: LiveFigures = {
  begin: 0,
  count: 0,
  chunks: [],
  lifetimes: [],
  driverEncode: 0,
  driverDecode: 0,
  bytesOut: 0,
  bytesIn: 0,
  exactBytes: true,
};

type Chunk = LiveFigures["chunks"][number];

/**
 * Sums up what a job has done, update by update: every chunk is counted once, and looked at once.
 * Of the chunks of an update at most {@link MAX_NEW_SPANS} are named, and fewer in a long run.
 */
export class Sampler {
  readonly #job: ObservedJob;
  readonly #sums: Float64Array;
  #chunks = 0;
  #named = 0;

  constructor(job: ObservedJob) {
    this.#job = job;
    this.#sums = new Float64Array(Math.max(1, job.workers) * WORKER_SUMS.length);
  }

  /** What is known now, with the spans that are new since the call before. */
  update(): LiveUpdate {
    const figures = this.#job.live(this.#chunks) ?? NOTHING_RECORDED;
    const { chunks, begin } = figures;
    this.#chunks = figures.count;
    for (const chunk of chunks) this.#add(chunk, begin);
    this.#setReady(figures);
    const { done, total, resumed, failed, elapsed } = this.#job.progress;
    return {
      progress: { done, total, resumed, failed, elapsed: elapsed / 1e3 },
      chunks: figures.count,
      sums: this.#sums.slice(),
      spans: this.#sample(chunks, begin),
      driverEncode: figures.driverEncode / 1e3,
      driverDecode: figures.driverDecode / 1e3,
      bytesOut: figures.bytesOut,
      bytesIn: figures.bytesIn,
      exact: figures.exactBytes,
    };
  }

  #add(chunk: Chunk, begin: number): void {
    const at = chunk.worker * WORKER_SUMS.length;
    const sums = this.#sums;
    // A worker that took the place of one that ended has its number.
    if (at >= sums.length) return;
    sums[at + 1] = Math.max(sums[at + 1] as number, chunk.end - begin);
    sums[at + 2] = (sums[at + 2] as number) + 1;
    sums[at + 3] = (sums[at + 3] as number) + chunk.endItem - chunk.startItem;
    sums[at + 4] = (sums[at + 4] as number) + chunk.decode;
    sums[at + 5] = (sums[at + 5] as number) + chunk.read;
    sums[at + 6] = (sums[at + 6] as number) + chunk.run;
    sums[at + 7] = (sums[at + 7] as number) + chunk.encode;
  }

  #setReady({ lifetimes, begin }: LiveFigures): void {
    const width = WORKER_SUMS.length;
    for (let at = 0; at < this.#sums.length; at += width) this.#sums[at] = Number.NaN;
    for (const { worker, from } of lifetimes) {
      const at = worker * width;
      if (Number.isNaN(this.#sums[at])) this.#sums[at] = Math.max(0, from - begin);
    }
  }

  #sample(chunks: readonly Chunk[], begin: number): Float64Array {
    const room = Math.ceil((MAX_SPANS - this.#named) / UPDATES_LEFT);
    const rows = Math.min(chunks.length, MAX_NEW_SPANS, Math.max(0, room));
    this.#named += rows;
    const spans = new Float64Array(rows * SPAN_COLUMNS.length);
    for (let row = 0; row < rows; row++) {
      const chunk = chunks[Math.floor((row * chunks.length) / rows)] as Chunk;
      spans[row] = chunk.worker;
      spans[rows + row] = chunk.startItem;
      spans[2 * rows + row] = chunk.endItem;
      spans[3 * rows + row] = Math.max(0, chunk.begin - begin);
      spans[4 * rows + row] = Math.max(0, chunk.end - chunk.begin);
      spans[5 * rows + row] = chunk.decode;
      spans[6 * rows + row] = chunk.read;
      spans[7 * rows + row] = chunk.run;
      spans[8 * rows + row] = chunk.encode;
    }
    return spans;
  }
}
