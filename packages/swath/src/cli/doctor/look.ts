import { availableParallelism, cpus, totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import { bytesText } from "../../plugin.ts";
import { type CgroupLimits, cgroupLimits, wholeCores } from "./cgroup.ts";
import type { Check } from "./check.ts";

/** A worker with its heap and buffers needs some 50 MB before it has any data. */
const LITTLE_MEMORY_PER_CORE = 256e6;
/** The oldest Node that swath is tested on. */
const FLOOR = [20, 19] as const;

/** What can be seen without measuring: cores, memory, Node. */
export function lookAround(limits: CgroupLimits = cgroupLimits()): readonly Check[] {
  return [coresCheck(limits), memoryCheck(limits), nodeCheck(), flagsCheck(), sharedCheck()];
}

function coresCheck({ cpus: limit }: CgroupLimits): Check {
  const usable = availableParallelism();
  const present = cpus().length;
  const figures = { usable, present, limit: limit ?? null };
  const seen = `${usable} usable of ${present}`;
  const name = "cores";
  if (limit === undefined) return { name, status: "ok", text: `${seen}, no limit`, figures };
  const text = `${seen}, control group limit ${limit.toFixed(2)}`;
  const whole = wholeCores(limit);
  if (whole >= usable) return { name, status: "ok", text, figures };
  const advice = `This process gets the time of ${whole} core${whole === 1 ? "" : "s"}, and would start ${usable} workers: set SWATH_WORKERS=${whole}`;
  return { name, status: "warn", text, advice, figures };
}

function memoryCheck({ memory: limit }: CgroupLimits): Check {
  const total = totalmem();
  const heap = getHeapStatistics().heap_size_limit;
  const usable = Math.min(total, limit ?? total);
  const figures = { total, limit: limit ?? null, heap };
  const bound = limit === undefined || limit >= total ? "no limit" : `limit ${bytesText(limit)}`;
  const text = `${bytesText(total)}, ${bound}; heap of a thread up to ${bytesText(heap)}`;
  const each = usable / availableParallelism();
  if (each >= LITTLE_MEMORY_PER_CORE) return { name: "memory", status: "ok", text, figures };
  const advice = `${bytesText(each)} for each core is little: use fewer workers, or smaller chunks`;
  return { name: "memory", status: "warn", text, advice, figures };
}

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const figures = { version: process.versions.node, v8: process.versions.v8 };
  const text = `Node ${process.versions.node}, V8 ${process.versions.v8}`;
  const isOld = major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1]);
  if (!isOld) return { name: "node", status: "ok", text, figures };
  return {
    name: "node",
    status: "warn",
    text,
    advice: `swath is tested on Node ${FLOOR.join(".")} and newer`,
    figures,
  };
}

/** Flags that change what workers can do, or how fast they are. */
const TELLING: readonly (readonly [flag: RegExp, advice: string])[] = [
  [/^--jitless/, "--jitless makes every loop many times slower"],
  [/^--(inspect|inspect-brk)(=|$)/, "an open inspector slows functions that are being compiled"],
  [/^--(cpu|heap)-prof/, "a profiler runs in every worker"],
  [/^--max-lazy|^--no-opt|^--always-sparkplug|^--interpreted-frames/, "compiles less than usual"],
];

function flagsCheck(): Check {
  const options = process.env["NODE_OPTIONS"]?.split(/\s+/).filter(Boolean) ?? [];
  const flags = [...process.execArgv, ...options];
  const figures = { flags: flags.join(" ") };
  const text = flags.length === 0 ? "none" : flags.join(" ");
  const advice = flags.flatMap((flag) =>
    TELLING.flatMap(([pattern, told]) => (pattern.test(flag) ? [`${flag}: ${told}`] : [])),
  );
  if (flags.includes("--permission") && !flags.includes("--allow-worker")) {
    advice.push("--permission: add --allow-worker, for without it no worker starts");
  }
  if (advice.length === 0) return { name: "flags", status: "ok", text, figures };
  return { name: "flags", status: "warn", text, advice: advice.join("; "), figures };
}

function sharedCheck(): Check {
  const name = "shared memory";
  const has = typeof SharedArrayBuffer === "function" && typeof Atomics === "object";
  const waits = has && "waitAsync" in Atomics;
  const figures = { available: has ? 1 : 0, waitAsync: waits ? 1 : 0 };
  if (has) return { name, status: "ok", text: "available to all threads", figures };
  const advice = "Without SharedArrayBuffer no SharedArray can be made: data is copied or moved";
  return { name, status: "warn", text: "not available", advice, figures };
}
