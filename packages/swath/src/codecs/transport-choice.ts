import type { Transport } from "../protocol/results.ts";
import { BATCH_ROWS } from "./columns/packer.ts";

/** From the one that costs the caller's thread least. */
const WAYS: readonly Transport[] = ["columns", "json", "clone"];
/**
 * A way is judged when encoding has taken so long in all, in ms, and given up if it loses each
 * time: before the first, its code is not warm; the second is for a machine that was busy.
 */
const JUDGED_AT_MS = [20, 60] as const;
/** Rows that are cloned to see what that takes, */
const TRIAL_ROWS = 64;
/** or as many as take so long. */
const TRIAL_MS = 0.5;
/** The best of so many counts. */
const TRIALS = 3;
/** A way is given up when so many times a result had no place in it, */
const MAX_REFUSALS = 3;
/** and that was one time in so many batches of rows. */
const REFUSED_SHARE = 4;

/**
 * Chooses the way that the results of a job take, where they may take any: columns, else JSON
 * text, else structured clone. One way is used until it has shown what it costs, there and back,
 * beside structured clone of the same rows; if it costs more, or too many results have no place
 * in it, the next one is.
 */
export class TransportChoice {
  #way = 0;
  /** What the way has cost so far, in ms. */
  #spent = 0;
  #fastest = Infinity;
  #judged = 0;
  #batches = 0;
  #refusals = 0;

  get transport(): Transport {
    return WAYS[this.#way] ?? "clone";
  }

  /** The first `count` of `rows`, which are there still, were encoded; that took `ms`. */
  took(ms: number, rows: readonly unknown[], count: number): void {
    this.passed(count);
    // Bare numbers are cheaper this way, whatever the clock says.
    if (this.transport === "clone" || typeof rows[0] === "number") return;
    this.#spent += ms;
    this.#fastest = Math.min(this.#fastest, ms / count);
    if (this.#spent < (JUDGED_AT_MS[this.#judged] ?? Infinity)) return;
    this.#judged++;
    const sample = sampleOf(rows, count);
    const cloneMs = bestOf(() => cloned(sample)) / sample.length;
    const isCheaper = this.#fastest + this.#wayBack(sample) < cloneMs;
    if (isCheaper) this.#judged = JUDGED_AT_MS.length;
    else if (this.#judged === JUDGED_AT_MS.length) this.#giveUp();
  }

  /** So many rows went this way. */
  passed(count: number): void {
    this.#batches += count / BATCH_ROWS;
  }

  /** Some result of a batch could not go this way. */
  refused(): void {
    this.#refusals++;
    if (this.#refusals < MAX_REFUSALS || this.#refusals * REFUSED_SHARE < this.#batches) return;
    this.#giveUp();
  }

  /** Milliseconds that a row takes on the other side. */
  #wayBack(sample: readonly unknown[]): number {
    if (this.transport !== "json") return this.#fastest; // Rows are made faster than taken apart.
    const text = JSON.stringify(sample);
    return bestOf(() => JSON.parse(text)) / sample.length;
  }

  #giveUp(): void {
    this.#way++;
    this.#spent = 0;
    this.#fastest = Infinity;
    this.#judged = 0;
    this.#batches = 0;
    this.#refusals = 0;
  }
}

function sampleOf(rows: readonly unknown[], count: number): readonly unknown[] {
  const [first] = rows;
  const ms = bestOf(() => cloned([first]));
  const length = Math.min(count, TRIAL_ROWS, Math.floor(TRIAL_MS / ms) || 1);
  return rows.slice(0, length);
}

/** Milliseconds; infinitely many for what throws. */
function bestOf(act: () => unknown): number {
  let best = Infinity;
  for (let i = 0; i < TRIALS; i++) {
    const begin = performance.now();
    try {
      act();
    } catch {
      return Infinity;
    }
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

function cloned(rows: readonly unknown[]): unknown {
  // Not imported: most workers never come here, and all would load it before they start.
  const { Deserializer, Serializer } = process.getBuiltinModule("node:v8");
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(rows);
  const deserializer = new Deserializer(serializer.releaseBuffer());
  deserializer.readHeader();
  return deserializer.readValue();
}
