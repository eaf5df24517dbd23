import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { bytesText, messageOf, secondsText } from "../../plugin.ts";
import type { Check } from "./check.ts";

/** Coarser clocks cannot time a chunk of some ten microseconds. */
const COARSE_CLOCK_S = 10e-6;
/** Larger than the caches of most processors, so that memory is what is measured. */
const COPY_BYTES = 128 * 2 ** 20;
/** Slower copies are what virtual machines have whose memory is shared with many. */
const SLOW_COPY = 3e9;
const FILE_BYTES = 128 * 2 ** 20;
/** The page cache gives several times as much where reads do not go through a network. */
const SLOW_READ = 1e9;
/** Workers start within 20 to 50 ms where nothing is in their way. */
const SLOW_START_S = 0.25;
/** Two threads that share one core's units do no more than about this. */
const FEW_THREADS = 1.8;
/** The best of so many runs: what else ran then has disturbed it least. */
const RUNS = 5;

/** The smallest step of the clock that spans are taken from. */
export function clockCheck(): Check {
  let step = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 1_000; i++) {
    const begun = performance.now();
    let now = begun;
    while (now === begun) now = performance.now();
    step = Math.min(step, (now - begun) / 1e3);
  }
  const text = `steps of ${step < 1e-6 ? `${Math.round(step * 1e9)} ns` : secondsText(step)}`;
  const figures = { seconds: step };
  if (step <= COARSE_CLOCK_S) return { name: "clock", status: "ok", text, figures };
  const advice = "Figures of short chunks are coarse: make chunks larger";
  return { name: "clock", status: "warn", text, advice, figures };
}

/** Bytes that one thread copies in a second. */
export function copyCheck(): Check {
  const from = new Uint8Array(COPY_BYTES).fill(1);
  const to = new Uint8Array(COPY_BYTES);
  const rate = COPY_BYTES / best(() => to.set(from));
  const text = `${bytesText(rate)}/s in one thread`;
  const figures = { bytesPerSecond: rate };
  if (rate >= SLOW_COPY) return { name: "copy", status: "ok", text, figures };
  const advice = "Memory is slow here: let workers read or share data, copy little";
  return { name: "copy", status: "warn", text, advice, figures };
}

/** Bytes that one thread reads in a second of a file that was just written. */
export function readCheck(): Check {
  const name = "file read";
  const folder = mkdtempSync(join(tmpdir(), "swath-doctor-"));
  try {
    const rate = FILE_BYTES / readSeconds(join(folder, "file"));
    const text = `${bytesText(rate)}/s in one thread, from the page cache of ${tmpdir()}`;
    const figures = { bytesPerSecond: rate, folder: tmpdir() };
    if (rate >= SLOW_READ) return { name, status: "ok", text, figures };
    const advice = `Files in ${tmpdir()} are read slowly even when they were just written: put data on a local disk`;
    return { name, status: "warn", text, advice, figures };
  } catch (error) {
    const advice = `Set TMPDIR to a folder where ${bytesText(FILE_BYTES)} can be written`;
    return { name, status: "warn", text: messageOf(error), advice, figures: {} };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readSeconds(path: string): number {
  const buffer = new Uint8Array(2 ** 20);
  const file = openSync(path, "wx+");
  try {
    for (let at = 0; at < FILE_BYTES; at += buffer.length) writeSync(file, buffer);
    return best(() => {
      for (let at = 0; at < FILE_BYTES; at += buffer.length) {
        readSync(file, buffer, 0, buffer.length, at);
      }
    });
  } finally {
    closeSync(file);
  }
}

/** Seconds until a worker has done its first item. */
export async function startCheck(): Promise<Check> {
  const { createPool } = await import("../../index.ts");
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const begun = performance.now();
    const pool = createPool({ workers: 1 });
    await pool.map([1], (x: number) => x);
    times.push((performance.now() - begun) / 1e3);
    await pool.close();
  }
  const seconds = Math.min(...times);
  const text = `${secondsText(seconds)} until a worker has done an item`;
  const figures = { seconds };
  if (seconds <= SLOW_START_S) return { name: "worker start", status: "ok", text, figures };
  const advice = "Keep workers over several loops: createPool()";
  return { name: "worker start", status: "warn", text, advice, figures };
}

/** Rounds of the loop that threads run: some 50 ms. */
const SPIN_ROUNDS = 50_000_000;

/**
 * How many threads' work several threads do at the same time: the most that any program can get
 * here, whatever it is written with.
 */
export async function ceilingCheck(): Promise<Check> {
  const cores = availableParallelism();
  const name = "threads at once";
  if (cores === 1) {
    const advice = "Loops gain nothing from workers on one core";
    return { name, status: "warn", text: "1 core", advice, figures: { cores } };
  }
  const counts = [...new Set([2, cores])];
  const ceilings: number[] = [];
  for (const count of counts) ceilings.push(await ceilingOf(count));
  const told = counts.map((count, i) => `${count} do the work of ${ceilings[i]?.toFixed(2)}`);
  const figures = Object.fromEntries(counts.map((count, i) => [`of${count}`, ceilings[i] ?? null]));
  const text = told.join(", ");
  const few = counts.some((count, i) => (ceilings[i] as number) < (FEW_THREADS / 2) * count);
  if (!few) return { name, status: "ok", text, figures };
  const advice =
    "Threads share units of a core, or other programs run: no loop can be faster than that";
  return { name, status: "warn", text, advice, figures };
}

async function ceilingOf(threads: number): Promise<number> {
  const { createPool } = await import("../../index.ts");
  const pool = createPool({ workers: threads });
  try {
    const spin = (rounds: number) => {
      const begun = performance.now();
      let x = 1;
      for (let i = 0; i < rounds; i++) x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
      return { x, ms: performance.now() - begun };
    };
    const run = async (count: number) => {
      const items = new Array<number>(count).fill(SPIN_ROUNDS);
      const results = await pool.map(items, spin, { schedule: "static", chunk: 1 });
      return Math.max(...results.map(({ ms }) => ms));
    };
    await run(threads);
    let ceiling = 0;
    for (let i = 0; i < RUNS; i++) {
      const alone = await run(1);
      ceiling = Math.max(ceiling, (threads * alone) / (await run(threads)));
    }
    return Math.min(threads, ceiling);
  } finally {
    await pool.close();
  }
}

/** Seconds of the fastest run. */
function best(act: () => void): number {
  let seconds = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) {
    const begun = performance.now();
    act();
    seconds = Math.min(seconds, (performance.now() - begun) / 1e3);
  }
  return seconds;
}
