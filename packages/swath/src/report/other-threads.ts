import { isMainThread } from "node:worker_threads";
import { now } from "../protocol/clock.ts";
import { UsageMeter } from "../protocol/thread-usage.ts";
import type { Recording } from "./recorder.ts";

/** Times on a core are told to within so much. */
const KERNEL_TICK_MS = 4;

const meter = new UsageMeter();
/** Jobs of this thread that run now, and all that ever began. */
const jobs = { running: 0, begun: 0 };

/**
 * What the other threads of the process have of the cores while a job runs. Nothing is known of
 * them where the system does not tell, where other jobs ran too, and in threads, which have others
 * around them.
 */
export class OtherThreads {
  readonly #number: number;
  readonly #before: number | undefined;
  #isRunning = true;
  #cost = 0;

  /** A job begins. It counts for the others even if nobody will {@link measure} it. */
  constructor(isMeasured: boolean) {
    const isAlone = jobs.running === 0;
    jobs.running++;
    this.#number = ++jobs.begun;
    this.#before = isMeasured && isAlone && isMainThread ? this.#read() : undefined;
  }

  /** Milliseconds that all threads of the process but this one have been on a core since then. */
  measure(): number | undefined {
    if (this.#before === undefined || jobs.begun !== this.#number) return undefined;
    const after = this.#read();
    return after === undefined ? undefined : after - this.#before;
  }

  /** Milliseconds of this thread that measuring took. */
  get cost(): number {
    return this.#cost;
  }

  /** The job is over. */
  end(): void {
    if (this.#isRunning) jobs.running--;
    this.#isRunning = false;
  }

  #read(): number | undefined {
    const begin = now();
    const own = meter.read();
    const { user, system } = process.cpuUsage();
    this.#cost += now() - begin;
    return own === undefined ? undefined : (user + system) / 1e3 - own.cpu;
  }
}

/**
 * What is left of the time of others when that of the workers is taken off, in ms. Undefined if fewer
 * than `told` workers have told theirs: those that came too late for any work were started all the
 * same; or if the workers had more than there was, so that one of the figures is of something else.
 */
export function cpuOfHelpers(
  cpuOfOthers: number | undefined,
  { usage, starting, loading }: Pick<Recording, "usage" | "starting" | "loading">,
  told: number,
): number | undefined {
  if (cpuOfOthers === undefined || usage.size < told) return undefined;
  const used = [...usage.values()].map(({ cpu }) => cpu);
  const ofWorkers = [...used, ...starting.values(), ...loading.values()];
  const rest = ofWorkers.reduce((left, cpu) => left - cpu, cpuOfOthers);
  return rest < -KERNEL_TICK_MS * (usage.size + 1) ? undefined : Math.max(0, rest);
}
