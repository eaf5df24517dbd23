import { task } from "swath";
import { burn } from "../burn.js";

/** What a pixel costs, in iterations of `burn`: land is several times as dear as sea. */
const LAND = 120;
const SEA = 24;
/** The same by the clock, in ns. */
const LAND_NS = 60;
const SEA_NS = 12;

/** Classifies each pixel by a function that does more on land. */
export const classifyLand = task(import.meta, function classifyLand({ data, nodata }) {
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    const isLand = data[i] !== nodata && data[i] > 0;
    sum += burn(isLand ? LAND : SEA) & 1;
  }
  return sum;
});

/**
 * Lasts as long as such a classification would, but waits: so that four workers on two cores are
 * what they would be on four.
 */
export const waitForLand = task(import.meta, function waitForLand({ data, nodata }) {
  let land = 0;
  for (let i = 0; i < data.length; i += STEP) if (data[i] !== nodata && data[i] > 0) land++;
  const share = (land * STEP) / data.length;
  const milliseconds = (data.length * (share * LAND_NS + (1 - share) * SEA_NS)) / 1e6;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  return land;
});
/** Pixels are looked at one in so many: counting must not be what lasts. */
const STEP = 16;

/** Of a large array. */
export const sumOf = task(import.meta, function sumOf(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i += 2) sum += values[i];
  return sum;
});
