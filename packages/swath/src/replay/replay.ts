import { SCHEDULES, type ScheduleName } from "../schedules/registry.ts";
import { type Absence, absenceOf, closingOf, NO_ABSENCE } from "./absence.ts";
import { type Change, MAX_COSTED, MAX_WORKERS } from "./change.ts";
import { type Costs, costsOf } from "./costs.ts";
import { machineOf } from "./machine-of.ts";
import { movingOf } from "./moving.ts";
import { type Pauses, pausesOf } from "./pauses.ts";
import type { RecordedRun } from "./recorded-run.ts";
import { type Line, type VirtualOutcome, virtualRun } from "./virtual-run.ts";

/** What a run would have been. Seconds. */
export interface Prediction {
  readonly wall: number;
  readonly workers: number;
  readonly schedule: ScheduleName;
  readonly chunks: number;
  /** Worker-seconds between a worker's last chunk and the end. */
  readonly tail: number;
  /** Share of the wall time in which the driver's thread was busy with sending and receiving. */
  readonly driverBusy: number;
}

/** Half of a round trip between two threads on a 2-core Linux machine: waking one that sleeps. */
const WAKE_S = 50e-6;
/** More chunks than these are replayed several as one: each takes some microseconds. */
const MAX_CHUNKS = 2_000;
/** A further thread is started this much later. */
const START_SPACING_S = 1e-3;
/** What a thread's start takes of a core, where it is not known; no more than it took to be ready. */
const START_S = 20e-3;
/** A thread that is up has the task after this. */
const WARM_READY_S = 1e-3;

/**
 * Replays a recorded run with something changed: the real driver and schedule on a simulated
 * clock, with the costs that were measured, on the machine that it ran on; for more workers than
 * there were, with a core for each.
 *
 * Without a change it should give the recorded wall time: by how much it misses says how far it
 * can be believed.
 *
 * @throws RangeError for workers beyond 1 to 1,024, a chunk below 1, and `balanced` over more
 *   than two million indices
 */
export function replay(run: RecordedRun, change: Change = {}): Prediction {
  return replayer(run)(change);
}

/** {@link replay} for many changes of one run: what it cost is found out once. */
export function replayer(run: RecordedRun): (change?: Change) => Prediction {
  const costs = costsOf(run);
  const pauses = pausesOf(run);
  const answersAtOnce = { run, costs, pauses, absence: NO_ABSENCE };
  const whileRunning = absenceOf(run, costs, pauses, (tried) => {
    return outcomeOf({ ...answersAtOnce, absence: tried }, {}).paused;
  });
  const { closing, tailShare } = closingOf(run, costs.unexplained - whileRunning.total, () => {
    const { end, lastDone } = outcomeOf({ ...answersAtOnce, absence: whileRunning }, {});
    return { end, tail: end - Math.max(...lastDone) };
  });
  const total = whileRunning.total + closing;
  const absence = { ...whileRunning, closing, tailShare, total };
  return (change = {}) => replayed({ ...answersAtOnce, absence }, change);
}

/** How far the replay of the run itself is from what was measured: 0.05 is 5 % too long. */
export function replayError(run: RecordedRun): number {
  return run.wall === 0 ? 0 : replay(run).wall / run.wall - 1;
}

/** All that is known of a run before anything is changed. */
interface Known {
  readonly run: RecordedRun;
  readonly costs: Costs;
  readonly pauses: Pauses;
  readonly absence: Absence;
}

function replayed(known: Known, change: Change): Prediction {
  const { end: wall, chunks, lastDone, driverBusy } = outcomeOf(known, change);
  return {
    wall,
    ...settingOf(known.run, change),
    chunks,
    tail: lastDone.reduce((sum, done) => sum + Math.max(0, wall - done), 0),
    driverBusy: wall === 0 ? 0 : driverBusy / wall,
  };
}

function outcomeOf(known: Known, change: Change): VirtualOutcome {
  const { run, costs, pauses } = known;
  const isDriverFree = change.isDriverFree === true;
  const absence = isDriverFree ? NO_ABSENCE : absenceIn(change, known);
  const { workers, schedule } = settingOf(run, change);
  const { machine = {} } = change;
  if (!(Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS)) {
    throw new RangeError(`Expected 1 to ${MAX_WORKERS} workers, got ${workers}`);
  }
  const chunk = change.chunk === undefined ? run.chunk : (change.chunk ?? undefined);
  if (!(chunk === undefined || chunk >= 1)) {
    throw new RangeError(`Expected a chunk of 1 item or more, got ${chunk}`);
  }
  if (schedule === "balanced" && costs.indexCount > MAX_COSTED) {
    throw new RangeError(
      `Cannot replay \`balanced\` over ${costs.indexCount} items: it would need a cost for each`,
    );
  }
  const size = chunk === undefined ? undefined : Math.ceil(chunk / run.unit);
  const { indexCount, dispatch } = costs;
  const besideAll = besideIn(change, costs) - absence.total;
  const beside = isDriverFree ? 0 : Math.max(0, besideAll) / (indexCount || 1);
  const moving = movingOf(run, costs, change);
  const { compute = 1 } = change;
  const shares = machineOf(run, coresFor(run, workers, machine.cores));
  const shared = change.sharesBroadcast === true ? (run.broadcast?.seconds ?? 0) : 0;
  const warmUp = new WarmUp(run, costs.warmUp, workers, machine.cores);
  const scale = scaleOf(schedule, indexCount, workers, size);
  const outcome = virtualRun({
    indexCount,
    schedule: SCHEDULES[schedule]({
      itemCount: indexCount,
      workers,
      chunk: size === undefined ? undefined : size * scale,
      costs: schedule === "balanced" ? indexCosts(costs) : undefined,
      givesBack: run.givesBack,
    }),
    ready: readyTimes(run, workers, change, shared),
    machine: shares,
    latencies: { wake: scale * (machine.latency ?? WAKE_S), next: scale * pauses.next },
    line: lineOf(run, costs, change),
    work: (start, end, worker) =>
      scale * costs.perChunk +
      warmUp.take(worker) +
      compute * costs.compute.between(start, end) +
      moving.decode(start, end) +
      moving.encode(start, end),
    items: (start, end) => compute * shares.slowed(workers) * costs.compute.between(start, end),
    opening: absence.opening,
    send: (start, end) => scale * dispatch + moving.send * (end - start),
    receive: (start, end) =>
      moving.receive * (end - start) + absence.between(start, end) + scale * absence.perChunk,
    make: (start, end) => (moving.make + beside) * (end - start),
  });
  const tail = outcome.end - Math.max(...outcome.lastDone);
  const later = absence.closing - (1 - absence.tailShare) * tail;
  return {
    ...outcome,
    chunks: scale * outcome.chunks,
    end: outcome.end + later,
    driverBusy: Math.max(0, outcome.driverBusy + later),
  };
}

/** What stays as it was recorded, where a change says nothing of it. */
function settingOf(run: RecordedRun, { workers, schedule }: Change) {
  return { workers: workers ?? run.ready.length, schedule: schedule ?? run.schedule };
}

/** What else the driver's thread did comes with its work; most of it is garbage from that. */
function besideIn({ results }: Change, { beside, resultsShare }: Costs): number {
  return results === undefined ? beside : beside * (1 - resultsShare);
}

function absenceIn({ results }: Change, { absence, costs }: Known): Absence {
  if (results === undefined) return absence;
  const kept = 1 - costs.resultsShare;
  return {
    opening: absence.opening,
    total: kept * absence.total,
    perChunk: kept * absence.perChunk,
    closing: kept * absence.closing,
    tailShare: absence.tailShare,
    between: (start, end) => kept * absence.between(start, end),
  };
}

/**
 * Chunks that are replayed as one, where very many have one size: what each costs, whatever is in
 * it, then counts as often, so that all goes on at the same pace.
 */
function scaleOf(
  schedule: ScheduleName,
  indexCount: number,
  workers: number,
  size: number | undefined,
): number {
  const hasOneSize = schedule === "static" || schedule === "dynamic";
  if (!hasOneSize || size === undefined) return 1;
  return Math.max(1, Math.floor(indexCount / size / Math.max(MAX_CHUNKS, 4 * workers)));
}

/**
 * Cores that a worker wants while it warms up, for V8 compiles in threads of its own: two workers on
 * two cores took 1.3 to 1.5 times as long for it as one. What a run had of such threads in the mean
 * over all of it is much less.
 */
const WARMING_CORES = 1.45;

/**
 * What compiling the task costs, once, each worker that was not recorded; and those that were, what
 * it costs beside the others, for V8 compiles in threads of its own.
 */
class WarmUp {
  readonly #recorded: number;
  readonly #seconds: number;
  /** How much slower it is than it was. */
  readonly #crowd: number;
  readonly #warm = new Set<number>();

  constructor(run: RecordedRun, seconds: number, workers: number, cores?: number) {
    const wanted = (count: number, given: number) => Math.max(1, (WARMING_CORES * count) / given);
    this.#recorded = run.ready.length;
    this.#seconds = seconds;
    this.#crowd =
      wanted(workers, coresFor(run, workers, cores)) /
      wanted(this.#recorded, coresFor(run, this.#recorded, undefined));
  }

  take(worker: number): number {
    if (this.#warm.has(worker)) return 0;
    this.#warm.add(worker);
    const already = worker < this.#recorded ? 1 : 0;
    return Math.max(0, this.#crowd - already) * this.#seconds;
  }
}

function indexCosts({ compute, indexCount }: Costs): Float64Array {
  return Float64Array.from({ length: indexCount }, (_, i) => compute.between(i, i + 1));
}

/** The machine's; with more workers than were recorded at least one for each. */
function coresFor({ cores, ready }: RecordedRun, workers: number, given: number | undefined) {
  if (given !== undefined) return given;
  if (cores === undefined) return workers + 1;
  return workers > ready.length ? Math.max(cores, workers) : cores;
}

/** `shared`: what the caller's thread no longer spends on sending to each worker. */
function readyTimes(
  run: RecordedRun,
  workers: number,
  { isWarm = false, machine }: Change,
  shared: number,
): readonly number[] {
  const sorted = [...run.ready].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const last = sorted.at(-1) ?? 0;
  const { isCold } = run;
  const spacing = isCold ? START_SPACING_S : 0;
  // The caller's thread is busy meanwhile: it looks for what functions need, and starts the threads.
  const driver = first > 0 ? (run.driverStarting ?? first) / first : 0;
  const crowdOf = (count: number, cores: number) => Math.max(1, (count + driver) / cores);
  const crowd =
    crowdOf(workers, coresFor(run, workers, machine?.cores)) -
    crowdOf(sorted.length, coresFor(run, sorted.length, undefined));
  const start = Math.min(run.threadStart ?? START_S, first);
  const later = isCold ? start * crowd : 0;
  // Fewer threads start sooner, but none in no time.
  const soonest = Math.min(first, Math.max(WARM_READY_S, isCold ? start : 0));
  return Array.from({ length: workers }, (_, worker) => {
    if (isWarm) return Math.min(WARM_READY_S, first);
    const recorded = sorted[worker] ?? last + spacing * (worker - sorted.length + 1);
    const at = Math.max(soonest, later + recorded);
    return Math.max(Math.min(WARM_READY_S, at), at - shared);
  });
}

function lineOf(
  run: RecordedRun,
  { indexCount }: Costs,
  { machine, route }: Change,
): Line | undefined {
  const { latency, bandwidth = Infinity } = machine ?? {};
  if (machine === undefined || (latency === undefined && bandwidth === Infinity)) return undefined;
  const { input, results } = run;
  const out = route === "read" || input === undefined ? 0 : input.copied + input.moved;
  const back = results === undefined ? 0 : results.copied + results.moved;
  const perIndex = (bytes: number) => (indexCount === 0 ? 0 : bytes / bandwidth / indexCount);
  return {
    out: (start, end) => perIndex(out) * (end - start),
    back: (start, end) => perIndex(back) * (end - start),
  };
}
