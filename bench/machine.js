// What the machine is, and what it can do at this moment.
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release, totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import { median } from "./statistics.js";

/** The machine and the runtime, as plain data. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGB: totalmem() / 1e9,
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch} ${release()}`,
    uvThreadpool: process.env.UV_THREADPOOL_SIZE ?? "4 (default)",
  };
}

/** The same in one line. */
export function formatMachine({ cpu, cores, memoryGB, node, platform, uvThreadpool }) {
  return `${cpu}, ${cores} cores, ${memoryGB.toFixed(1)} GB, Node ${node}, ${platform}, libuv pool ${uvThreadpool}`;
}

/** Two threads that burn or copy on request; {@link close} ends them. */
export class Calibrators {
  #workers;

  constructor() {
    const entry = new URL("./calibrator-entry.js", import.meta.url);
    this.#workers = [new Worker(entry), new Worker(entry)];
  }

  /**
   * @returns {Promise<{ aluMs: number, pEff: number, copyGBs: number, copyGBs2: number }>}
   *   aluMs: one thread's loop; pEff: how many threads' worth two threads did (2 on two quiet cores);
   *   copyGBs, copyGBs2: 64 MB copies by one and by two threads, bytes copied per second in all
   */
  async measure() {
    // Compiles the loops and touches the memory.
    await this.#time("alu", 2);
    await this.#time("copy", 2);
    const alu1 = await this.#median("alu", 1);
    const alu2 = await this.#median("alu", 2);
    const copy1 = await this.#median("copy", 1);
    const copy2 = await this.#median("copy", 2);
    const copied = 64e6 * 4;
    return {
      aluMs: alu1,
      pEff: (2 * alu1) / alu2,
      copyGBs: copied / copy1 / 1e6,
      copyGBs2: (2 * copied) / copy2 / 1e6,
    };
  }

  async close() {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #median(work, threads) {
    const times = [];
    for (let i = 0; i < 3; i++) times.push(await this.#time(work, threads));
    return median(times);
  }

  /** Milliseconds until all of the threads have done the work once. */
  async #time(work, threads) {
    const began = performance.now();
    await Promise.all(
      this.#workers.slice(0, threads).map((worker) => {
        const done = new Promise((resolve) => worker.once("message", resolve));
        worker.postMessage(work);
        return done;
      }),
    );
    return performance.now() - began;
  }
}

/**
 * Starts to watch the machine's processors; the function returned says which share of them others
 * used since (0 to 1), or undefined where /proc does not tell.
 */
export function watchForeignCpu() {
  const before = readCpu();
  return () => {
    const after = readCpu();
    if (before === undefined || after === undefined) return undefined;
    const total = after.total - before.total;
    const foreign = after.busy - before.busy - (after.own - before.own);
    return total <= 0 ? undefined : Math.max(0, foreign / total);
  };
}

/** Clock ticks since boot: all, not idle, and those of this process and its finished children. */
function readCpu() {
  try {
    const all = readFileSync("/proc/stat", "utf8").split("\n")[0].trim().split(/\s+/).slice(1, 9);
    const ticks = all.map(Number);
    const total = ticks.reduce((sum, n) => sum + n, 0);
    const busy = total - ticks[3] - ticks[4];
    const self = readFileSync("/proc/self/stat", "utf8");
    // Behind the command's closing parenthesis: fields 3 on; utime, stime, cutime, cstime are 14–17.
    const fields = self.slice(self.lastIndexOf(")") + 2).split(" ");
    const own = fields.slice(11, 15).reduce((sum, n) => sum + Number(n), 0);
    return { total, busy, own };
  } catch {
    return undefined;
  }
}
