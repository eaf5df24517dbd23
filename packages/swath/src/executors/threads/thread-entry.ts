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
import { takeMoves } from "../../codecs/move.ts";
import { NotSendableError } from "../../errors.ts";
import { now } from "../../protocol/clock.ts";
import { encodeError } from "../../protocol/errors.ts";
import type {
  ChunkMessage,
  FromWorker,
  GcPause,
  JobSpec,
  Ring,
  ToWorker,
} from "../../protocol/messages.ts";
import { markWorker } from "../../task/worker-mark.ts";
import { LoadedJob } from "../loaded-job.ts";
import { watchGc } from "./gc.ts";

/** A worker lets its event loop turn (output, timers) at least this often between chunks. */
const YIELD_EVERY_MS = 20;

interface Held {
  readonly job: LoadedJob | undefined;
  readonly mode: JobSpec["mode"];
  readonly claim: Int32Array;
}

const { dataPort, worker } = workerData as { dataPort: MessagePort; worker: number };
const doorbell = parentPort as MessagePort;
const jobs = new Map<number, Held>();
const pauses: GcPause[] = [];
let draining = false;
let yieldedAt = now();

const mark = markWorker();
watchGc((pause) => pauses.push(pause));
doorbell.on("message", (ring: Ring) => {
  if (ring.kind === "cancel") jobs.get(ring.job)?.job?.cancel();
  else void drain();
});

async function drain(): Promise<void> {
  if (draining) return;
  draining = true;
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
  let loaded: LoadedJob | undefined;
  mark.loading++;
  try {
    loaded = await LoadedJob.open(spec, worker);
  } catch (error) {
    tell({ kind: "unready", job, error: encodeError(error) });
  } finally {
    mark.loading--;
  }
  jobs.set(job, { job: loaded, mode: spec.mode, claim });
  if (loaded !== undefined) tell({ kind: "ready", job, at: now() });
}

async function run(id: number, chunk: ChunkMessage, begin: number, decode: number): Promise<void> {
  const held = jobs.get(id);
  if (held?.job === undefined || !begun(held.claim, chunk)) return;
  const outcome = await held.job.run(chunk);
  const moves = takeMoves() as Transferable[];
  if (!outcome.ok) {
    const { itemIndex, preview, error } = outcome;
    const failure = { itemIndex, preview, error: encodeError(error) };
    return tell({ kind: "failed", job: id, chunk: chunk.id, failure });
  }
  const { read, run: inTask, bytesRead } = outcome;
  const encodeBegin = now();
  try {
    if (held.mode !== "each") dataPort.postMessage(outcome.values, moves);
  } catch (cause) {
    const error = encodeError(
      new NotSendableError("Cannot send what the task returned", { cause }),
    );
    const failure = { itemIndex: chunk.start, preview: "", error };
    return tell({ kind: "failed", job: id, chunk: chunk.id, failure });
  }
  const end = now();
  const span = { begin, end, decode, read, run: inTask, encode: end - encodeBegin, bytesRead };
  tell({ kind: "done", job: id, chunk: chunk.id, span });
}

/** Settles with the driver who has the chunk: it is begun unless it has been revoked. */
function begun(claim: Int32Array, { id, slot }: ChunkMessage): boolean {
  return Atomics.compareExchange(claim, slot, id + 1, 0) === id + 1;
}

async function close(id: number): Promise<void> {
  const held = jobs.get(id);
  jobs.delete(id);
  try {
    await held?.job?.close();
  } finally {
    await letLoopTurn();
    tell({ kind: "closed", job: id, gc: pauses.splice(0) });
  }
}

function tell(message: FromWorker): void {
  doorbell.postMessage(message);
}

async function letLoopTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  yieldedAt = now();
}
