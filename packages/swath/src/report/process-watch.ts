import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { now } from "../protocol/clock.ts";
import type { OtherThreads } from "./other-threads.ts";
import type { MemorySamples, ProcessIo } from "./report.ts";

/** Between two looks at first; twice as long each time the samples are full. */
const FIRST_INTERVAL_MS = 50;
/**
 * Share of the interval after which a thread that is awake anyway looks at once. To wake it only
 * for a look takes a tenth of a millisecond of a core that a worker has use for.
 */
const EARLY = 0.6;
/** Shorter jobs are not asked what they read and wrote: asking takes a quarter of a millisecond. */
const IO_AFTER_MS = 250;
/** Samples that are kept: some 10 kB of a record. */
const MAX_SAMPLES = 256;
/** Longest look that is believed, in median looks: the first one reads more. */
const MAX_OF_MEDIAN = 4;
/** Items of which it is known that they ran long. */
const MAX_ITEMS = 64;

/** An item that was seen running, and for how long at least. */
export interface SeenItem {
  readonly index: number;
  readonly ms: number;
}

/** Memory of the process at a time, in ms of the shared clock; in bytes. */
export interface MemoryReading {
  readonly at: number;
  readonly resident: number;
  readonly heapUsed: number;
  /** The most until then. */
  readonly peakResident: number;
}

/** Looks now, which takes a third of a millisecond the first time in a process. */
export function readMemory(): MemoryReading {
  const { rss: resident, heapUsed } = process.memoryUsage();
  return { at: now(), resident, heapUsed, peakResident: process.resourceUsage().maxRSS * 1024 };
}

/** What was seen of the process while a job ran. */
export interface WatchFigures {
  readonly samples: MemorySamples;
  readonly io: ProcessIo | undefined;
  /** Most memory of the process so far, in bytes. */
  readonly peakResident: number;
  /** Milliseconds in which the event loop of this thread was not idle. */
  readonly busy: number;
  /** Of these, until the first worker was ready. */
  readonly starting: number;
  /** Milliseconds on a core of all threads of the process but this one; undefined where nobody tells. */
  readonly cpuOfOthers: number | undefined;
  /** Milliseconds of this thread that looking took. */
  readonly cost: number;
}

/**
 * Looks at the process every few tens of milliseconds while a job runs: its memory, and which item
 * each worker is at. It does so when a chunk has ended, by a timer only where none has for long.
 * Keeps nothing alive. A job that ends before the first look costs an immediate and two readings
 * of a clock.
 */
export class ProcessWatch {
  readonly #begin: number;
  readonly #runningItems: () => readonly number[];
  readonly #idleBefore = performance.eventLoopUtilization().idle;
  readonly #at: number[] = [];
  readonly #resident: number[] = [];
  readonly #heapUsed: number[] = [];
  /** For each worker the item that it is at, and when it was first seen there. */
  readonly #seen: { index: number; since: number }[] = [];
  readonly #long = new Map<number, number>();
  #interval = FIRST_INTERVAL_MS;
  /** When it last looked, in ms of the shared clock. */
  #last: number;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #ioBefore: ProcessIo | undefined;
  #busy = 0;
  #starting: number | undefined;
  /** As it was at the end of a job that is made only later. */
  #peakResident: number | undefined;
  readonly #others: OtherThreads | undefined;
  readonly #costs: number[] = [];

  /**
   * @param begin start of the job, in ms of the shared clock
   * @param runningItems for each worker the item that it is at, -1 for none
   */
  constructor(
    begin: number,
    others: OtherThreads | undefined,
    runningItems: () => readonly number[],
  ) {
    this.#others = others;
    this.#begin = begin;
    this.#last = begin;
    this.#runningItems = runningItems;
  }

  /** Begins to look: soon, for workers wait for what this thread does meanwhile. */
  start(): void {
    setImmediate(() => {
      if (this.#isOver) return;
      this.#startTimer();
      this.passing(now());
    }).unref();
  }

  /** A worker is ready. */
  joined(at: number): void {
    this.#starting ??= this.#busyFor(at - this.#begin);
  }

  /** The thread is awake: it looks, unless it has done so of late. */
  passing(at: number): void {
    if (this.#isOver || at - this.#last < EARLY * this.#interval) return;
    this.#timer?.refresh();
    this.#look();
  }

  /** The only look at a job that had ended before it was made one. */
  sawLast({ at, resident, heapUsed, peakResident }: MemoryReading): void {
    this.#isOver = true;
    this.#note(at, resident, heapUsed);
    this.#peakResident = peakResident;
  }

  /** The item among `[start, end)` that was seen to run longest. */
  longestIn(start: number, end: number): SeenItem | undefined {
    let longest: SeenItem | undefined;
    for (const [index, ms] of this.#long) {
      if (index < start || index >= end || ms <= (longest?.ms ?? 0)) continue;
      longest = { index, ms };
    }
    return longest;
  }

  /**
   * The job has ended, after `wall` milliseconds. The results go first: the timer is left to
   * {@link figures}, and to its own next look.
   */
  stop(wall: number): void {
    this.#isOver = true;
    this.#busy = this.#busyFor(wall);
  }

  /** What was seen, after a last look. */
  figures(): WatchFigures {
    clearInterval(this.#timer);
    const cost = costOf(this.#costs);
    if (this.#peakResident === undefined) this.#sample(now());
    const before = this.#ioBefore;
    const after = before && readIo();
    const cpuOfOthers = this.#others?.measure();
    return {
      samples: { at: this.#at, resident: this.#resident, heapUsed: this.#heapUsed },
      io: before && after && ioBetween(before, after),
      peakResident: this.#peakResident ?? process.resourceUsage().maxRSS * 1024,
      busy: this.#busy,
      starting: Math.min(this.#busy, this.#starting ?? this.#busy),
      cpuOfOthers,
      cost: cost + (this.#others?.cost ?? 0),
    };
  }

  /** Of so many milliseconds since the start. */
  #busyFor(passed: number): number {
    return Math.max(0, passed - (performance.eventLoopUtilization().idle - this.#idleBefore));
  }

  #startTimer(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#look(), this.#interval).unref();
  }

  #look(): void {
    if (this.#isOver) return clearInterval(this.#timer);
    const at = now();
    this.#last = at;
    if (at - this.#begin >= IO_AFTER_MS) this.#ioBefore ??= readIo();
    this.#sample(at);
    this.#lookAtItems(at);
    if (this.#at.length >= MAX_SAMPLES) this.#thin();
    this.#costs.push(now() - at);
  }

  #sample(at: number): void {
    const { rss, heapUsed } = process.memoryUsage();
    this.#note(at, rss, heapUsed);
  }

  #note(at: number, resident: number, heapUsed: number): void {
    this.#at.push((at - this.#begin) / 1e3);
    this.#resident.push(resident);
    this.#heapUsed.push(heapUsed);
  }

  #lookAtItems(at: number): void {
    for (const [worker, index] of this.#runningItems().entries()) {
      const seen = this.#seen[worker];
      if (seen === undefined || seen.index !== index) {
        this.#seen[worker] = { index, since: at };
      } else if (index >= 0) {
        this.#noteItem(index, at - seen.since);
      }
    }
  }

  #noteItem(index: number, ms: number): void {
    this.#long.set(index, ms);
    if (this.#long.size <= MAX_ITEMS) return;
    const [shortest] = [...this.#long].reduce((a, b) => (b[1] < a[1] ? b : a));
    this.#long.delete(shortest);
  }

  /** Keeps every second sample, and takes them half as often. */
  #thin(): void {
    for (const column of [this.#at, this.#resident, this.#heapUsed]) {
      const kept = column.filter((_, i) => i % 2 === 1);
      column.splice(0, column.length, ...kept);
    }
    this.#interval *= 2;
    this.#startTimer();
  }
}

/** A look that took much longer than the others had lost its core meanwhile. */
function costOf(looks: readonly number[]): number {
  const median = [...looks].sort((a, b) => a - b)[looks.length >> 1] ?? 0;
  return looks.reduce((sum, look) => sum + Math.min(look, MAX_OF_MEDIAN * median), 0);
}

function ioBetween(before: ProcessIo, after: ProcessIo): ProcessIo {
  const received =
    before.received === undefined || after.received === undefined
      ? {}
      : { received: after.received - before.received };
  return {
    bytesRead: after.bytesRead - before.bytesRead,
    bytesWritten: after.bytesWritten - before.bytesWritten,
    storageRead: after.storageRead - before.storageRead,
    storageWritten: after.storageWritten - before.storageWritten,
    ...received,
  };
}

/** Linux tells it; undefined elsewhere. */
function readIo(): ProcessIo | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const text = readFileSync("/proc/self/io", "latin1");
    const field = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1]);
    const figures = {
      bytesRead: field("rchar"),
      bytesWritten: field("wchar"),
      storageRead: field("read_bytes"),
      storageWritten: field("write_bytes"),
    };
    if (!Object.values(figures).every(Number.isFinite)) return undefined;
    const received = readReceived();
    return received === undefined ? figures : { ...figures, received };
  } catch {
    return undefined;
  }
}

/** Bytes that all network interfaces of this process's namespace have received. */
function readReceived(): number | undefined {
  try {
    const text = readFileSync("/proc/self/net/dev", "latin1");
    let sum = 0;
    for (const [, bytes] of text.matchAll(/^\s*[^\s:]+:\s*(\d+)/gm)) sum += Number(bytes);
    return sum;
  } catch {
    return undefined;
  }
}
