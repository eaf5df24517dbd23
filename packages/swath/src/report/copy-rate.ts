import { freemem } from "node:os";
import { now } from "../protocol/clock.ts";

/** Larger than the caches of most processors, so that memory is what is measured; … */
const BYTES = 1 << 27;
/** … but no more than so large a part of the memory that is free. */
const PART = 1 / 16;
const TIMES = 3;

let measured: number | undefined;

/** Bytes that one thread copies in a second; some 100 ms when it is first asked for. */
export function copyRate(): number {
  measured ??= measure();
  return measured;
}

function measure(): number {
  const free = process.availableMemory?.() ?? freemem();
  const bytes = Math.floor(Math.max(1, Math.min(BYTES, PART * free)));
  const from = new Uint8Array(bytes).fill(1);
  const to = new Uint8Array(bytes);
  // Memory that is touched for the first time costs more than a copy.
  to.set(from);
  const passes = Array.from({ length: TIMES }, () => {
    const begin = now();
    to.set(from);
    return now() - begin;
  });
  const median = passes.sort((a, b) => a - b)[TIMES >> 1] as number;
  return (bytes / median) * 1e3;
}
