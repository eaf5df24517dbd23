/**
 * What runs in a worker thread. Messages wait on the data port, so that decoding them can be
 * timed; a doorbell, a port of its own, says that there are some.
 */
import { type Transferable, workerData } from "node:worker_threads";
import { receiveCarried } from "../../codecs/carry.ts";
import { keepMoves, takeMoves } from "../../codecs/move.ts";
import { messageOf } from "../../errors.ts";
import { now } from "../../protocol/clock.ts";
import { encodeError } from "../../protocol/errors.ts";
import { encodeFailure } from "../../protocol/failures.ts";
import {
  type ChunkMessage,
  type FromWorker,
  type ItemFailure,
  type JobSpec,
  type Ring,
  sendsResults,
  type ToWorker,
} from "../../protocol/messages.ts";
import { share } from "../../shared/share.ts";
import { fromModule } from "../../task/from-module.ts";
import { isMain } from "../../task/is-main.ts";
import { markWorker } from "../../task/worker-mark.ts";
import { lendCopy } from "../../thread-copy.ts";
import * as ofWorkers from "../../worker.ts";
import { BEAT } from "../beat.ts";
import type { JobHost } from "../host.ts";
import { type ChunkPart, LoadedJob } from "../loaded-job.ts";
import { captureOutput, waitForRoom } from "./capture-output.ts";
import { Culprits } from "./culprits.ts";
import { GcLog } from "./gc-log.ts";
import { ResultSaver } from "./result-saver.ts";
import { sendResults } from "./send-results.ts";
import { isGone, mayOpen } from "./standing.ts";
import { Tallies } from "./tallies.ts";
import { type FromThread, LOADING, type ThreadData, type Uncaught } from "./thread-messages.ts";
import { watchUncaught } from "./watch-uncaught.ts";
import { Wear } from "./wear.ts";

/** A worker lets its event loop turn (output, timers) at least this often between chunks. */
const YIELD_EVERY_MS = 20;
/** An item that runs may end within so many milliseconds when a callback of another has thrown. */
const LAST_ITEM_MS = 1_000;

interface Held {
  readonly job: LoadedJob | undefined;
  readonly spec: JobSpec;
  readonly claim: Int32Array;
}

const data = workerData as ThreadData;
const { dataPort, bell: doorbell, worker, gate } = data;
const jobs = new Map<number, Held>();
const gc = new GcLog();
const tallies = new Tallies(gc);
const culprits = new Culprits();
const wear = new Wear(data);
/** What runs now, for who prints where no item can be told from the circumstances. */
let beat: Float64Array | undefined;
let current: { readonly id: number; readonly held: Held } | undefined;
let draining = false;
let isWorn = false;
let yieldedAt = now();

const mark = markWorker();
lendOwnCopy();
// Programs that tasks start get all of the program's flags, and none of this thread's own.
process.execArgv = [...data.execArgv];
keepMoves();
watchUncaught(culprits, endAfter);
captureOutput(
  data.prints
    ? (to, bytes) =>
        print(to, bytes, culprits.current()?.itemIndex ?? beat?.[BEAT.item] ?? -1, false)
    : undefined,
);
doorbell.on("message", (ring: Ring) => {
  if (ring.kind === "end") process.exit(0);
  else if (ring.kind === "cancel") jobs.get(ring.job)?.job?.cancel();
  else void drain();
});
process.on("exit", saveParts);
tell({ thread: worker, kind: "up" });

function lendOwnCopy(): void {
  const { SharedArray, SwathError, isSwathError, move, task } = ofWorkers;
  const index = { SharedArray, SwathError, fromModule, isMain, isSwathError, move, share, task };
  lendCopy(data.url, { index, worker: ofWorkers });
}

async function drain(): Promise<void> {
  if (draining) return;
  draining = true;
  yieldedAt = now(); // The loop has just turned: it brought us here.
  while (!isWorn && !mustEnd()) {
    const begin = now();
    const received = receiveCarried(dataPort);
    if (received === undefined) break;
    await handle(received.message as ToWorker, begin, now() - begin);
    if (now() - yieldedAt > YIELD_EVERY_MS) await letLoopTurn();
  }
  draining = false;
  if (mustEnd()) process.exit(0);
}

function mustEnd(): boolean {
  return (Atomics.load(gate, 0) & 1) === 1;
}

/** Ends the thread, for an item has thrown where nobody could catch it. */
function endAfter(uncaught: Uncaught): void {
  // That of a second item will be found when its work is done elsewhere, if it is still to be.
  if (!mustEnd()) tell({ thread: worker, kind: "uncaught", ...uncaught });
  if (mustEnd() || !isOfAnother(uncaught)) process.exit(1);
  Atomics.or(gate, 0, 1);
  setTimeout(() => process.exit(1), LAST_ITEM_MS);
}

/** Whether it is known that what runs now has not thrown; then it is let finish. */
function isOfAnother({ job, itemIndex }: Uncaught): boolean {
  const running = current?.held.job?.runningItem;
  if (current === undefined || running === undefined || itemIndex === undefined) return false;
  const { unit } = current.held.spec;
  return job !== current.id || Math.floor(itemIndex / unit) !== Math.floor(running / unit);
}

async function handle(message: ToWorker, begin: number, decode: number): Promise<void> {
  switch (message.kind) {
    case "open":
      return open(message);
    case "chunk":
      return run(message.job, message.chunk, begin, decode);
    case "close":
      return close(message.job);
    default:
      message satisfies never;
  }
}

async function open(message: ToWorker & { kind: "open" }): Promise<void> {
  const { job, spec, claim } = message;
  const host = hostOf(message);
  const isLate = isGone(message.standing);
  tallies.come(job, message.isMeasured && !isLate);
  if (isLate) return;
  tell({ kind: "opening", job });
  let loaded: LoadedJob | undefined;
  mark.loading++;
  const isLoaded = beginLoading();
  try {
    const told = {
      ...host,
      loaded() {
        isLoaded();
        host.loaded();
      },
    };
    loaded = await LoadedJob.open(spec, worker, {}, told);
  } catch (error) {
    tell({ kind: "unready", job, error: encodeError(error) });
  } finally {
    isLoaded();
    mark.loading--;
  }
  jobs.set(job, { job: loaded, spec, claim });
  // Not sooner: it would slow the loading of modules down.
  culprits.watch();
  if (loaded !== undefined) tell({ kind: "ready", job, at: now() });
  if (message.isMeasured) tallies.begin(job);
}

/**
 * Says that the modules of a job are being loaded, which nobody may interrupt.
 *
 * @returns what says that they are loaded, or never will be; the thread may end there
 */
function beginLoading(): () => void {
  const { loading } = data;
  let isLoading = true;
  Atomics.add(loading, LOADING.jobs, 1);
  return () => {
    if (!isLoading) return;
    isLoading = false;
    Atomics.sub(loading, LOADING.jobs, 1);
    if (Atomics.load(loading, LOADING.isLast) === 1) process.exit(0);
  };
}

function hostOf({ job, ...open }: ToWorker & { kind: "open" }): JobHost {
  const ownBeat = open.beat;
  return {
    beat: ownBeat,
    gate: open.isGated ? gate : undefined,
    saver: new ResultSaver(data.saved, job, ownBeat, open.saves),
    sends: true,
    mayOpen: () => mayOpen(open.standing, worker),
    loaded: () => tell({ kind: "loaded", job }),
    enter: (context) => {
      beat = ownBeat;
      culprits.enter(job, context);
    },
    leave: () => culprits.leave(),
    mustEnd,
    end: () => {
      ownBeat[BEAT.item] = -1;
      process.exit(0);
    },
    log: (line, itemIndex) => {
      if (data.prints) print("stderr", new TextEncoder().encode(`${line}\n`), itemIndex, true);
    },
  };
}

async function run(id: number, chunk: ChunkMessage, begin: number, decode: number): Promise<void> {
  const held = jobs.get(id);
  if (held?.job === undefined || !begun(held.claim, chunk)) return;
  current = { id, held };
  const outcome = await held.job.run(chunk);
  current = undefined;
  const moves = takeMoves() as Transferable[];
  if (!outcome.ok) {
    if (outcome.part !== undefined) savePart(id, held.spec, outcome.part, moves);
    return fail(id, chunk, outcome.failure);
  }
  const { until, read, run: inTask, bytesRead, saved, results } = outcome;
  const encodeBegin = now();
  const failures = [...outcome.failures];
  if (sendsResults(held.spec)) {
    const refused = sendResults(dataPort, results, moves, chunk, held.spec.unit);
    const [first] = refused;
    if (first !== undefined && !chunk.keepGoing) return fail(id, chunk, first);
    failures.push(...refused);
  }
  const end = now();
  gc.ran(id, begin, end);
  const encode = end - encodeBegin + results.ms + outcome.saving;
  const span = { begin, end, decode, read, run: inTask, encode, bytesRead };
  const encoded = failures.map(encodeFailure);
  const what = { job: id, chunk: chunk.id, saved, span, failures: encoded };
  tell(until === chunk.end ? { kind: "done", ...what } : { kind: "part", ...what, until });
  await checkWear((until - chunk.start) * held.spec.unit);
}

/** A thread that ends by itself saves what it has done of its chunk. */
function saveParts(): void {
  for (const [id, { job, spec }] of jobs) {
    const part = job?.part();
    if (part !== undefined) savePart(id, spec, part, takeMoves() as Transferable[]);
  }
}

/** Sends what is done of a chunk that ends before its end. */
function savePart(job: number, spec: JobSpec, part: ChunkPart, moves: Transferable[]): void {
  const { chunk, until, results, saved } = part;
  const order = chunk as ChunkMessage;
  const failures = [...part.failures];
  if (sendsResults(spec)) {
    const refused = sendResults(dataPort, results, moves, order, spec.unit);
    // It runs again, and is refused then.
    if (refused.length > 0 && !chunk.keepGoing) return;
    failures.push(...refused);
  }
  const encoded = failures.map(encodeFailure);
  tell({ kind: "part", job, chunk: chunk.id, until, saved, failures: encoded });
}

/** Settles with the driver who has the chunk: it is begun unless it has been revoked. */
function begun(claim: Int32Array, { id, slot }: ChunkMessage): boolean {
  return Atomics.compareExchange(claim, slot, id + 1, 0) === id + 1;
}

function fail(job: number, chunk: ChunkMessage, failure: ItemFailure): void {
  tell({ kind: "failed", job, chunk: chunk.id, failure: encodeFailure(failure) });
}

async function close(id: number): Promise<void> {
  await dispose(id);
  await letLoopTurn();
  tell({ kind: "closed", job: id, tally: tallies.end(id) });
}

async function dispose(id: number): Promise<void> {
  const held = jobs.get(id);
  jobs.delete(id);
  try {
    await held?.job?.close();
  } catch (error) {
    process.emitWarning(`Closing a job in worker ${worker} failed: ${messageOf(error)}`);
  }
}

/** A worker that has done its share begins nothing more, so that no chunk is lost with it. */
async function checkWear(items: number): Promise<void> {
  const why = wear.add(items);
  if (why === undefined) return;
  isWorn = true;
  tell({ thread: worker, kind: "worn", why });
  for (const id of jobs.keys()) await dispose(id);
  await letLoopTurn();
  // Those that have been closed already are waited for with `left`.
  for (const id of tallies.jobs()) tell({ kind: "parted", job: id, tally: tallies.end(id) });
  process.exit(0);
}

function print(
  to: "stdout" | "stderr",
  bytes: Uint8Array<ArrayBuffer>,
  itemIndex: number,
  isLog: boolean,
): void {
  waitForRoom(data.unwritten, bytes.length);
  tell({ thread: worker, kind: "printed", to, bytes, itemIndex, isLog }, [bytes.buffer]);
}

function tell(message: FromWorker | FromThread, moves?: readonly ArrayBuffer[]): void {
  doorbell.postMessage(message, moves as Transferable[]);
}

async function letLoopTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  yieldedAt = now();
}
