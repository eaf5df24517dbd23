import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the control group of this process may use; undefined where there is no limit. */
export interface CgroupLimits {
  /** Cores' worth of processor time. */
  readonly cpus: number | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
}

/** The part of a file system that limits are read from, so that tests can make one. */
export type ReadText = (path: string) => string | undefined;

const ROOT = "/sys/fs/cgroup";

/**
 * Reads the limits of the control group, version 2 or 1; the tightest of the group and those above
 * it. Where there are no control groups, there are no limits.
 *
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
export function cgroupLimits(read: ReadText = readText): CgroupLimits {
  const group = /^0::(\/.*)$/m.exec(read("/proc/self/cgroup") ?? "")?.[1] ?? "/";
  const cpus = [cpusOfVersion1(read)];
  const memory = [number(read(join(ROOT, "memory/memory.limit_in_bytes")))];
  for (let path = group; ; path = dirname(path)) {
    cpus.push(cpusOf(read(join(ROOT, path, "cpu.max"))));
    memory.push(number(read(join(ROOT, path, "memory.max"))));
    if (path === "/") break;
  }
  return { cpus: least(cpus), memory: least(memory.filter((bytes) => (bytes ?? 0) < NO_LIMIT)) };
}

/** Version 1 spells "no limit" as about the most that 64 bits hold. */
const NO_LIMIT = 2 ** 60;

/** Whole cores of a limit: rounded half up, and at least one. */
export function wholeCores(cpus: number): number {
  return Math.max(1, Math.floor(cpus + 0.5));
}

/** "max 100000", or "150000 100000": microseconds of each period. */
function cpusOf(text: string | undefined): number | undefined {
  const [quota = "", period = ""] = text?.trim().split(/\s+/) ?? [];
  return quotient(Number(quota), Number(period));
}

function cpusOfVersion1(read: ReadText): number | undefined {
  const folder = join(ROOT, "cpu");
  const quota = number(read(join(folder, "cpu.cfs_quota_us")));
  const period = number(read(join(folder, "cpu.cfs_period_us")));
  return quotient(quota ?? -1, period ?? 0);
}

function quotient(quota: number, period: number): number | undefined {
  return quota > 0 && period > 0 ? quota / period : undefined;
}

function number(text: string | undefined): number | undefined {
  const value = Number(text?.trim() || Number.NaN);
  return Number.isNaN(value) ? undefined : value;
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
