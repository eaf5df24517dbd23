import { now } from "../protocol/clock.ts";

/** Of each of two buffers; and of what is copied at once: larger than the caches of a core. */
const BYTES = 1 << 25;
const PIECE_BYTES = 1 << 22;

let measured: number | undefined;

/** Bytes that one thread copies in a second; some 30 ms when it is first asked for. */
export function copyRate(): number {
  measured ??= measure();
  return measured;
}

/**
 * In the median piece, each copied once: a second time it may come from a cache that all cores share
 * (6.5 GB/s the first time and 13.5 the fifth, with 480 MB of such cache).
 */
function measure(): number {
  const from = new Uint8Array(BYTES).fill(1);
  const to = new Uint8Array(BYTES).fill(2);
  const taken: number[] = [];
  for (let at = 0; at < BYTES; at += PIECE_BYTES) {
    const piece = from.subarray(at, at + PIECE_BYTES);
    const begin = now();
    to.set(piece, at);
    taken.push(now() - begin);
  }
  const median = taken.sort((a, b) => a - b)[taken.length >> 1] as number;
  return (PIECE_BYTES / median) * 1e3;
}
