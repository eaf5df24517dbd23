import { freemem } from "node:os";
import { Calibrators, watchForeignCpu } from "./machine.js";
import { nodeScript, runForAnswer } from "./process.js";
import { median, summarize, summarizeRatios } from "./statistics.js";

/** A round is quiet if others used at most this share of the processors … */
const FOREIGN_CPU_LIMIT = 0.03;
/** … and the one-thread loop took the same time before and after, within this share, … */
const DRIFT_LIMIT = 0.05;
/** … and two threads did at least this many threads' work. */
const P_EFF_FLOOR = 1.9;
/** A cell that failed this often is not tried again. */
const GIVE_UP_AFTER = 2;
/** With fewer quiet rounds than this, the figures are over all rounds, and say so. */
const QUIET_ROUNDS_NEEDED = 3;

/**
 * One thing to measure, in a fresh process per sample.
 *
 * @typedef {object} Cell
 * @property {string} id its name in every table
 * @property {readonly string[]} command prints `{ seconds, … }` as its last line
 * @property {(answer: Record<string, any>) => string | undefined} check what is wrong with the answer, if anything
 * @property {(answer: Record<string, any>) => Promise<void>} [after] runs untimed behind each sample
 * @property {number} [maxSamples] for slow cells: only in the first rounds
 */

/**
 * Runs the cells in rounds. The order is rotated from round to round and turned round in every
 * second one, so that no cell always has the same neighbour or always comes first.
 *
 * Virtual machines give free memory back to their host and pay for it when it is touched again: up
 * to 2.8 s per gigabyte instead of 0.35. So much of it as cells are going to use is touched before each
 * sample, or the figures would tell which cell came first.
 *
 * @param {readonly Cell[]} cells
 * @param {{ rounds: number, memoryMB?: number, log?: (line: string) => void }} options memoryMB: most
 *   that a cell uses, default 0
 * @throws {Error} at the first wrong answer: a fast wrong answer is worth nothing
 */
export async function runRounds(cells, { rounds, memoryMB = 0, log = () => {} }) {
  if (cells.length === 0)
    throw new Error("nothing to measure (--only takes the names that a whole run prints)");
  const samples = [];
  const machine = [];
  const failures = [];
  const unavailable = new Set();
  const calibrators = new Calibrators();
  try {
    await calibrators.measure();
    for (let round = 0; round < rounds; round++) {
      const before = await calibrators.measure();
      const foreign = watchForeignCpu();
      for (const cell of orderOf(round, cells)) {
        if (unavailable.has(cell.id) || round >= (cell.maxSamples ?? rounds)) continue;
        const outcome = await sample(cell, memoryMB, log);
        if (outcome.kind !== "answer") {
          log(`round ${round + 1}/${rounds}  ${cell.id}: ${outcome.kind}: ${outcome.reason}`);
          failures.push({ round, id: cell.id, ...outcome });
          if (outcome.kind === "absent" || countOf(failures, cell.id) >= GIVE_UP_AFTER) {
            unavailable.add(cell.id);
          }
          continue;
        }
        samples.push({ round, id: cell.id, ...outcome.answer });
        log(`round ${round + 1}/${rounds}  ${cell.id}  ${outcome.answer.seconds.toFixed(4)} s`);
      }
      machine.push(describeRound(round, before, await calibrators.measure(), foreign()));
    }
  } finally {
    await calibrators.close();
  }
  return new Results(cells, samples, machine, failures);
}

function countOf(failures, id) {
  return failures.filter((failure) => failure.id === id).length;
}

function orderOf(round, cells) {
  const from = round % cells.length;
  const rotated = [...cells.slice(from), ...cells.slice(0, from)];
  return round % 2 === 0 ? rotated : rotated.reverse();
}

async function sample(cell, memoryMB, log) {
  await touchMemory(memoryMB, log);
  const outcome = await runForAnswer(cell.command);
  if (outcome.kind !== "answer") return outcome;
  const wrong = cell.check(outcome.answer);
  if (wrong !== undefined) throw new Error(`WRONG ANSWER from ${cell.id}: ${wrong}`);
  await cell.after?.(outcome.answer);
  return outcome;
}

/** No more than half of what is free: files stay in the page cache. */
async function touchMemory(wantedMB, log) {
  const megabytes = Math.floor(Math.min(wantedMB, freemem() / 2e6));
  if (megabytes === 0) return;
  const touched = await runForAnswer(nodeScript("cells/touch-memory.js", megabytes));
  if (touched.kind !== "answer") log(`memory was not touched: ${touched.reason}`);
}

function describeRound(round, before, after, foreignShare) {
  const drift = Math.abs(after.aluMs / before.aluMs - 1);
  const pEff = (before.pEff + after.pEff) / 2;
  const quiet =
    drift <= DRIFT_LIMIT &&
    Math.min(before.pEff, after.pEff) >= P_EFF_FLOOR &&
    (foreignShare ?? 0) <= FOREIGN_CPU_LIMIT;
  return { round, pEff, drift, foreignShare, quiet, before, after };
}

/** The samples of a run, and the questions that reports ask of them. */
export class Results {
  /** Rounds that count: the quiet ones if there are enough of them, else all. */
  #rounds;

  constructor(cells, samples, machine, failures) {
    const quiet = machine.filter((round) => round.quiet).map(({ round }) => round);
    const enough = quiet.length >= QUIET_ROUNDS_NEEDED;
    this.#rounds = new Set(enough ? quiet : machine.map(({ round }) => round));
    this.cells = cells.map(({ id }) => id);
    this.samples = samples;
    this.machine = machine;
    this.failures = failures;
    this.quietRounds = quiet.length;
    this.overQuietRoundsOnly = enough;
  }

  /** How many threads' worth two threads did in the median round. */
  get pEff() {
    return median(
      this.machine.filter(({ round }) => this.#rounds.has(round)).map((round) => round.pEff),
    );
  }

  /** What one cell measured, in the rounds that count; a cell that only ran in others keeps those. */
  values(id, field = "seconds") {
    const own = this.samples.filter((sample) => sample.id === id && field in sample);
    const counted = own.filter(({ round }) => this.#rounds.has(round));
    return (counted.length > 0 ? counted : own).map((sample) => sample[field]);
  }

  summary(id, field = "seconds") {
    return summarize(this.values(id, field));
  }

  /** Time of one cell over time of another, round by round. Above 1: the second is faster. */
  ratio(slow, fast, field = "seconds") {
    return summarizeRatios(this.#perRound(slow, fast, field).map(({ ratio }) => ratio));
  }

  /**
   * Speed-up of two threads over one as a share of what the machine gave two threads in the same
   * round: 1 is perfect, whatever else was running.
   */
  scaling(one, two) {
    const shares = this.#perRound(one, two, "seconds");
    return median(shares.map(({ round, ratio }) => ratio / this.machine[round].pEff));
  }

  /** Why a cell has no figure at all, as one word; undefined if it has one. */
  missing(id) {
    if (this.samples.some((sample) => sample.id === id)) return undefined;
    return (this.failures.find((failure) => failure.id === id)?.kind ?? "not run").toUpperCase();
  }

  /** Failures that fail the run: all of swath's, and those of peers that never gave an answer. */
  get failed() {
    const fatal = this.failures.filter(
      ({ id, kind }) => kind === "failed" && (id.startsWith("swath") || this.missing(id)),
    );
    return [...new Map(fatal.map(({ id, reason }) => [id, `${id}: ${reason}`])).values()];
  }

  /** One sentence on how far the machine let itself be measured. */
  describeNoise() {
    const foreign = this.machine.map(({ foreignShare }) => foreignShare ?? Number.NaN);
    const share = foreign.some(Number.isNaN)
      ? "foreign CPU share unknown"
      : `foreign CPU ${(100 * median(foreign)).toFixed(1)} % in the median round`;
    const basis = this.overQuietRoundsOnly
      ? "figures are over the quiet rounds"
      : "NOISY: figures are over all rounds, trust ratios only";
    return `P_eff ${this.pEff.toFixed(2)} of 2 (the machine's measured two-thread ceiling); ${share}; ${this.quietRounds} of ${this.machine.length} rounds quiet; ${basis}`;
  }

  /** The ratios of all rounds that count, or of the others if a slow cell only ran in those. */
  #perRound(slow, fast, field) {
    const of = (id, round) => this.samples.find((s) => s.round === round && s.id === id)?.[field];
    const ratios = this.machine
      .map(({ round }) => ({ round, ratio: of(slow, round) / of(fast, round) }))
      .filter(({ ratio }) => Number.isFinite(ratio));
    const counted = ratios.filter(({ round }) => this.#rounds.has(round));
    return counted.length > 0 ? counted : ratios;
  }

  toJSON() {
    const { cells, samples, machine, failures, quietRounds, overQuietRoundsOnly, pEff } = this;
    return { cells, samples, machine, failures, quietRounds, overQuietRoundsOnly, pEff };
  }
}
