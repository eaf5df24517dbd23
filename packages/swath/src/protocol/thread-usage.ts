import { openSync, readSync } from "node:fs";
import { now } from "./clock.ts";
import type { ThreadUsage } from "./messages.ts";

/** Linux: nanoseconds on a core, nanoseconds ready and without one, time slices. */
const SCHEDSTAT = "/proc/thread-self/schedstat";
/** Three numbers of up to 20 digits. */
const LONGEST = 64;

/**
 * What this thread has had of the machine. One file stays open, for reading it again takes 3 µs,
 * and opening it 15; Node closes it with the thread.
 */
export class UsageMeter {
  readonly #text = Buffer.alloc(LONGEST);
  /** Undefined until it is first asked for; -1 where there is no such file. */
  #file: number | undefined;
  /** Milliseconds that reading has taken since {@link takeCost}. */
  #cost = 0;

  /** Since the start of the thread; undefined where nobody tells. */
  read(): ThreadUsage | undefined {
    const begin = now();
    this.#file ??= open();
    const usage = this.#file < 0 ? undefined : this.#parse(this.#file);
    this.#cost += now() - begin;
    return usage;
  }

  /** Milliseconds that reading took since this was last asked. */
  takeCost(): number {
    const cost = this.#cost;
    this.#cost = 0;
    return cost;
  }

  #parse(file: number): ThreadUsage | undefined {
    try {
      const length = readSync(file, this.#text, 0, LONGEST, 0);
      const [cpu, waited] = this.#text.toString("latin1", 0, length).split(" ", 2).map(Number);
      if (cpu === undefined || waited === undefined || !(cpu >= 0) || !(waited >= 0))
        return undefined;
      return { cpu: cpu / 1e6, runQueue: waited / 1e6 };
    } catch {
      return undefined;
    }
  }
}

/** What came between two readings. */
export function usageBetween(
  before: ThreadUsage | undefined,
  after: ThreadUsage | undefined,
): ThreadUsage | undefined {
  if (before === undefined || after === undefined) return undefined;
  return { cpu: after.cpu - before.cpu, runQueue: after.runQueue - before.runQueue };
}

function open(): number {
  if (process.platform !== "linux") return -1;
  try {
    return openSync(SCHEDSTAT, "r");
  } catch {
    return -1;
  }
}
