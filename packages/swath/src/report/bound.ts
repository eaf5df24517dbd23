import type { Bound, Report } from "./report.ts";
import { bytesText, percentText, secondsText } from "./units.ts";

/** What of a report says what bound it. */
export type BoundFacts = Pick<
  Report,
  "wall" | "workers" | "executor" | "items" | "buckets" | "perWorker" | "serialization"
> &
  Partial<Pick<Report, "computeScaling" | "io" | "routes">> & {
    readonly driver: Pick<Report["driver"], "busy">;
    readonly environment?: Partial<Report["environment"]>;
  };

/** Of the worker-seconds; more than that went into starting: the job was too small. */
const STARTING = 0.5;
/** Jobs that are shorter are over before anything could bind them. */
const SHORT_S = 0.005;
/** Of the time between start and tail: workers waited so much for work … */
const STARVING = 0.2;
/** … while the caller's thread was busy for this share of the wall time. */
const BUSY_DRIVER = 0.6;
/** Starving by itself, however idle the caller's thread was. */
const STARVED = 0.4;
/** Of the busy time of workers: sending and receiving. */
const EXCHANGING = 0.4;
/** Of the busy time of workers: garbage collection. */
const COLLECTING = 0.25;
/** Of the busy time of workers in which they did not wait for a core: not on one either. */
const WAITING = 0.4;
/** Storage is what was waited for if it moved so many bytes a second, … */
const STORAGE_RATE = 1e6;
/** … or for each item: a page. */
const STORAGE_PER_ITEM = 4_096;
/** A network is, if so many bytes came in for each item: an answer of a few words, with its head. */
const RECEIVED_PER_ITEM = 128;
/** Fewer in all come in by themselves, and by looking. */
const LEAST_RECEIVED = 8_192;
/** Compute scaling below says that cores take something from each other, … */
const SCALING = 0.85;
/** … if its whole interval is below this: else it may have been chance. */
const SURE_SCALING = 0.95;
/** Of the busy time: without a core to run on, which explains poor scaling by itself. */
const QUEUEING = 0.1;
/** Of what a thread copies in a second: half of the busy time would go into copying alone. */
const NEAR_COPY_RATE = 0.5;

/** What the job was short of: the first of the rules that holds, from the outside in. */
export function boundOf(facts: BoundFacts): Bound {
  return (
    tooSmall(facts) ??
    coordinated(facts) ??
    collecting(facts) ??
    waiting(facts) ??
    sharing(facts) ?? { kind: "cpu", evidence: cpuText(facts) }
  );
}

function tooSmall({ wall, workers, buckets, items }: BoundFacts): Bound | undefined {
  const all = workers * wall;
  const isShort = wall < SHORT_S;
  if (items > 0 && !isShort && buckets.start < STARTING * all) return undefined;
  const evidence =
    items === 0
      ? "there were no items"
      : `too small: of ${secondsText(all)} of worker time ${secondsText(buckets.start)} went into starting workers and ${secondsText(buckets.useful)} into tasks`;
  return { kind: "nothing", evidence };
}

function coordinated(facts: BoundFacts): Bound | undefined {
  const { wall, buckets, driver, serialization: sent, executor } = facts;
  if (executor === "inline") return undefined;
  const { starve, transfer, gc, useful } = buckets;
  const starving = share(starve, starve + transfer + gc + useful);
  const busy = share(driver.busy, wall);
  const waited = `workers waited for work ${percentText(starving)} of the time`;
  const sends = `${secondsText(sent.driverEncode)} to send and ${secondsText(sent.driverDecode)} to receive`;
  const drives = `the caller's thread was busy ${percentText(busy)} of it, with ${sends}`;
  if (starving >= STARVING && busy >= BUSY_DRIVER) {
    return { kind: "coordinator", evidence: `${waited}; ${drives}` };
  }
  if (starving >= STARVED) {
    const slow = "the source, or whoever reads the results, was slow";
    return { kind: "coordinator", evidence: `${waited}; ${drives}: ${slow}` };
  }
  const exchange = Math.max(0, transfer - readOf(facts));
  const exchanging = share(exchange, busyOf(facts));
  if (exchanging < EXCHANGING) return undefined;
  const bytes = bytesText(sent.bytesOut + sent.bytesIn);
  const evidence = `workers spent ${percentText(exchanging)} of their busy time on encoding and decoding ${bytes}; ${drives}`;
  return { kind: "coordinator", evidence };
}

function collecting(facts: BoundFacts): Bound | undefined {
  const { gc } = facts.buckets;
  const part = share(gc, busyOf(facts));
  if (part < COLLECTING) return undefined;
  const evidence = `garbage collection took ${secondsText(gc)}, ${percentText(part)} of the workers' busy time`;
  return { kind: "garbage", evidence };
}

function waiting(facts: BoundFacts): Bound | undefined {
  const { items, wall, io } = facts;
  const part = waitingShare(facts);
  if (part === undefined || part < WAITING) return undefined;
  const isQueueing = (queueShare(facts) ?? 0) > QUEUEING;
  const rest = isQueueing ? ", not counting that in which they waited for one" : "";
  const what = `tasks were without need of a core ${percentText(part)} of their time${rest}`;
  if (io === undefined) {
    return { kind: "waiting", evidence: `${what}; nothing tells what they waited for` };
  }
  const storage = io.storageRead + io.storageWritten;
  if (storage >= Math.min(STORAGE_RATE * wall, STORAGE_PER_ITEM * items)) {
    const evidence = `${what}, while ${bytesText(io.storageRead)} came from storage and ${bytesText(io.storageWritten)} went there (${bytesText(storage / wall)}/s)`;
    return { kind: "disk", evidence };
  }
  const { received = 0, bytesRead } = io;
  const least = Math.max(LEAST_RECEIVED, RECEIVED_PER_ITEM * items);
  if (Math.min(received, bytesRead) >= least) {
    const evidence = `${what}, while the network brought ${bytesText(received)} and storage moved ${bytesText(storage)}`;
    return { kind: "network", evidence };
  }
  const evidence = `${what}; storage moved ${bytesText(storage)} and the network brought ${bytesText(received)}: timers, locks or other programs`;
  return { kind: "waiting", evidence };
}

function sharing(facts: BoundFacts): Bound | undefined {
  const { computeScaling, environment } = facts;
  // Who waits for a core moves nothing.
  const moving = busyOf(facts) * (1 - (queueShare(facts) ?? 0));
  const rate = share(copiesOf(facts), moving);
  const copyRate = environment?.copyRate;
  const moved = `each worker moved ${bytesText(rate)}/s of input and results`;
  const most =
    copyRate === undefined ? "" : `, a thread that only copies moves ${bytesText(copyRate)}/s here`;
  if (copyRate !== undefined && rate >= NEAR_COPY_RATE * copyRate) {
    return { kind: "memory", evidence: `${moved}${most}` };
  }
  const isQueueing = (queueShare(facts) ?? 0) > QUEUEING;
  if (computeScaling === undefined || isQueueing) return undefined;
  if (computeScaling.value >= SCALING || computeScaling.high >= SURE_SCALING) return undefined;
  const slower = (1 / computeScaling.value).toFixed(2);
  const evidence = `the same items take ${slower} times as long beside the other workers, though none waited for a core: ${scalingText(computeScaling)}; ${moved}${most}`;
  return { kind: "memory", evidence };
}

function cpuText(facts: BoundFacts): string {
  const { workers, computeScaling, environment, buckets, wall } = facts;
  const waits = waitingShare(facts);
  const queues = queueShare(facts);
  const useful = `${percentText(share(buckets.useful, workers * wall))} of the worker time was inside tasks`;
  const core =
    waits === undefined
      ? "nothing tells how much of it on a core"
      : `which needed a core ${percentText(1 - waits)} of it`;
  const crowd =
    queues !== undefined && queues > QUEUEING
      ? `; ${percentText(queues)} of all they waited for one${environment?.cores === undefined ? "" : ` (${workers} workers, ${environment.cores} cores)`}`
      : "";
  // The copy rate is measured in jobs that are calibrated, and in no others.
  const unmeasured =
    environment?.copyRate === undefined
      ? "was not measured (`report: { calibrate: true }`)"
      : "could not be measured: too few chunks ran alone, for the job was too short or its chunks too long";
  const scaling =
    computeScaling === undefined
      ? `; whether workers slow each other down ${unmeasured}`
      : `; ${scalingText(computeScaling)}`;
  return `${useful}, ${core}${crowd}${scaling}`;
}

function scalingText({ value, low, high }: NonNullable<Report["computeScaling"]>): string {
  return `compute scaling ${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/**
 * Share of the busy time in which tasks needed no core, apart from the time in which they waited
 * for one, which says nothing of the task; undefined where nobody tells.
 */
function waitingShare(facts: BoundFacts): number | undefined {
  const busy = busyOf(facts);
  if (busy === 0) return undefined;
  if (facts.executor === "inline") return 1 - Math.min(1, facts.driver.busy / busy);
  const [cpu, queue] = usageOf(facts);
  if (cpu === undefined || queue === undefined) return undefined;
  return busy <= queue ? 0 : Math.max(0, 1 - cpu / (busy - queue));
}

function queueShare(facts: BoundFacts): number | undefined {
  const [, queue] = usageOf(facts);
  return queue === undefined ? undefined : share(queue, busyOf(facts));
}

/** Seconds on a core, and in the queue for one, of all workers that ran anything. */
function usageOf({ perWorker }: BoundFacts): readonly [number | undefined, number | undefined] {
  const ran = perWorker.filter(({ chunks }) => chunks > 0);
  if (ran.length === 0 || ran.some(({ cpu }) => cpu === undefined)) return [undefined, undefined];
  const sum = (key: "cpu" | "runQueue") => ran.reduce((all, worker) => all + (worker[key] ?? 0), 0);
  return [sum("cpu"), sum("runQueue")];
}

function busyOf({ buckets: { transfer, gc, useful } }: BoundFacts): number {
  return transfer + gc + useful;
}

function readOf({ perWorker }: BoundFacts): number {
  return perWorker.reduce((sum, { read }) => sum + read, 0);
}

/** Bytes as if all had been copied: what lies in shared memory is only read, or only written. */
function copiesOf({ serialization, routes }: BoundFacts): number {
  const { bytesRead = 0, input, results } = routes ?? {};
  const shared = (input?.shared ?? 0) + (results?.shared ?? 0);
  return serialization.bytesOut + serialization.bytesIn + bytesRead + shared / 2;
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 0 : part / whole;
}
