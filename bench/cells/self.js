// What every cell of the benchmark reports about its own process.
import { readFileSync } from "node:fs";

/**
 * Prints the cell's answer as the one JSON line that the harness reads.
 *
 * @param {{ seconds: number } & Record<string, unknown>} answer seconds around the measured call only
 */
export function printAnswer(answer) {
  const { user, system } = process.cpuUsage();
  const own = { cpuSeconds: (user + system) / 1e6, peakRssMB: peakRssMB() };
  process.stdout.write(`${JSON.stringify({ ...own, ...answer })}\n`);
}

/**
 * Peak resident set of this process, all its threads included, in MB (1e6 bytes).
 * VmHWM where there is one: getrusage's figure also remembers the parent that forked us.
 */
export function peakRssMB() {
  try {
    const kib = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kib !== undefined) return (Number(kib) * 1024) / 1e6;
  } catch {
    // Not Linux.
  }
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}
