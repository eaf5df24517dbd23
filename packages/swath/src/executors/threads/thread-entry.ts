/**
 * What runs in a worker thread. Messages wait on the data port, so that decoding them can be
 * timed; a doorbell on the parent port says that there are some.
 */
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  type Transferable,
  workerData,
} from "node:worker_threads";
import { keepMoves, takeMoves } from "../../codecs/move.ts";
import { messageOf, NotSendableError } from "../../errors.ts";
import { now } from "../../protocol/clock.ts";
import { encodeError } from "../../protocol/errors.ts";
import type {
  ChunkMessage,
  EncodedFailure,
  FromWorker,
  JobSpec,
  Ring,
  ToWorker,
} from "../../protocol/messages.ts";
import { markWorker } from "../../task/worker-mark.ts";
import { LoadedJob } from "../loaded-job.ts";
import { GcLog } from "./gc-log.ts";

/** A worker lets its event loop turn (output, timers) at least this often between chunks. */
const YIELD_EVERY_MS = 20;

interface Held {
  readonly job: LoadedJob | undefined;
  readonly spec: JobSpec;
  readonly claim: Int32Array;
}

const { dataPort, worker } = workerData as { dataPort: MessagePort; worker: number };
const doorbell = parentPort as MessagePort;
const jobs = new Map<number, Held>();
const gc = new GcLog();
let draining = false;
let yieldedAt = now();

const mark = markWorker();
keepMoves();
doorbell.on("message", (ring: Ring) => {
  if (ring.kind === "cancel") jobs.get(ring.job)?.job?.cancel();
  else void drain();
});

async function drain(): Promise<void> {
  if (draining) return;
  draining = true;
  yieldedAt = now(); // The loop has just turned: it brought us here.
  for (;;) {
    const begin = now();
    const received = receiveMessageOnPort(dataPort);
    if (received === undefined) break;
    await handle(received.message as ToWorker, begin, now() - begin);
    if (now() - yieldedAt > YIELD_EVERY_MS) await letLoopTurn();
  }
  draining = false;
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

async function open({ job, spec, claim }: ToWorker & { kind: "open" }): Promise<void> {
  tell({ kind: "opening", job });
  let loaded: LoadedJob | undefined;
  mark.loading++;
  try {
    loaded = await LoadedJob.open(spec, worker);
  } catch (error) {
    tell({ kind: "unready", job, error: encodeError(error) });
  } finally {
    mark.loading--;
  }
  jobs.set(job, { job: loaded, spec, claim });
  if (loaded !== undefined) tell({ kind: "ready", job, at: now() });
}

async function run(id: number, chunk: ChunkMessage, begin: number, decode: number): Promise<void> {
  const held = jobs.get(id);
  if (held?.job === undefined || !begun(held.claim, chunk)) return;
  const outcome = await held.job.run(chunk);
  const moves = takeMoves() as Transferable[];
  if (!outcome.ok) {
    const { itemIndex, preview, error } = outcome;
    return fail(id, chunk, { itemIndex, preview, error: encodeError(error) });
  }
  const { read, run: inTask, bytesRead } = outcome;
  const encodeBegin = now();
  try {
    if (held.spec.mode !== "each") dataPort.postMessage(outcome.values, moves);
  } catch (cause) {
    return fail(id, chunk, unsendable(outcome.values, chunk, held.spec.unit, cause));
  }
  const end = now();
  gc.ran(id, begin, end);
  const span = { begin, end, decode, read, run: inTask, encode: end - encodeBegin, bytesRead };
  tell({ kind: "done", job: id, chunk: chunk.id, span });
}

/** Settles with the driver who has the chunk: it is begun unless it has been revoked. */
function begun(claim: Int32Array, { id, slot }: ChunkMessage): boolean {
  return Atomics.compareExchange(claim, slot, id + 1, 0) === id + 1;
}

function fail(job: number, chunk: ChunkMessage, failure: EncodedFailure): void {
  tell({ kind: "failed", job, chunk: chunk.id, failure });
}

/** Finds the first result that cannot be sent; in a fold, the first item of its block. */
function unsendable(
  values: readonly unknown[],
  chunk: ChunkMessage,
  unit: number,
  cause: unknown,
): EncodedFailure {
  const at = values.findIndex((value) => !isCloneable(value));
  const message = `Cannot send what the task returned: ${messageOf(cause)}. Return plain data or typed arrays`;
  const error = encodeError(new NotSendableError(message, { cause }));
  return { itemIndex: (chunk.start + Math.max(0, at)) * unit, preview: "", error };
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

async function close(id: number): Promise<void> {
  const held = jobs.get(id);
  jobs.delete(id);
  try {
    await held?.job?.close();
  } catch (error) {
    process.emitWarning(`Closing a job in worker ${worker} failed: ${messageOf(error)}`);
  }
  await letLoopTurn();
  tell({ kind: "closed", job: id, gc: gc.take(id) });
}

function tell(message: FromWorker): void {
  doorbell.postMessage(message);
}

async function letLoopTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  yieldedAt = now();
}
