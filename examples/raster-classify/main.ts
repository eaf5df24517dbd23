/**
 * Makes a raster of a continent's vegetation and classifies every pixel of it by fire risk, with
 * a plain function: in one thread, then on all cores.
 *
 * node dist/raster-classify/main.js [scale]    (1 is 40,100 x 38,370 pixels, 3.09 GB)
 */
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { type Classification, classify, writeSample } from "@swath/raster";
import { risk } from "./risk.ts";

const ROUNDS = 3;
const scale = Number(process.argv[2] ?? 0.6);
const folder = resolve("out");
const file = join(folder, "australia.tif");
const output = join(folder, "risk.tif");
const quicklook = join(folder, "risk.png");
const cores = availableParallelism();

mkdirSync(folder, { recursive: true });
const sample = await writeSample(file, { scale });
const pixels = sample.width * sample.height;
console.log(
  `made       ${file}: ${sample.width} x ${sample.height} pixels of int16, ${megabytes(2 * pixels)}`,
);

// In turn, so that what disturbs the machine disturbs both; the median of each is told.
const ones: Classification[] = [];
const alls: Classification[] = [];
for (let round = 0; round < ROUNDS; round++) {
  ones.push(await classify(file, { fn: risk, workers: 1 }));
  alls.push(await classify(file, { fn: risk, workers: cores }));
}
const one = median(ones);
const all = median(alls);
console.log(`1 worker   ${one.report.wall.toFixed(2)} s, ${rate(pixels / one.report.wall)}`);
const speedUp = one.report.wall / all.report.wall;
console.log(
  `${String(cores).padEnd(2)}workers  ${all.report.wall.toFixed(2)} s, ${rate(pixels / all.report.wall)}: ` +
    `${speedUp.toFixed(2)} times as fast, ${((100 * speedUp) / cores).toFixed(0)} % of ${cores} cores`,
);
const written = await classify(file, { fn: risk, output, quicklook });
console.log(
  `written    ${written.report.wall.toFixed(2)} s with a GeoTIFF and a picture of the classes\n`,
);

const expected = [0, 1, 2, 3].map((index) => sum(sample.strips.map((strip) => strip[index] ?? 0)));
// Pixels without data never reach the function: it would call them 0, the file calls them nodata.
const counted = expected.map(
  (_, index) => (all.classes[index] ?? 0) + (index === 0 ? all.nodata : 0),
);
const names = ["0 none", "1 low", "2 medium", "3 high"];
console.log("risk            counted      expected");
names.forEach((name, index) => {
  const same = counted[index] === expected[index] ? "exact" : "WRONG";
  console.log(`${name.padEnd(10)}${count(counted[index])}${count(expected[index])}  ${same}`);
});
console.log(`\n${all.report.summary()}\n`);
console.log(
  `peak memory of this process, threads included: ${megabytes(process.resourceUsage().maxRSS * 1024)}`,
);
console.log(`classes  ${output}\npicture  ${quicklook}`);
if (counted.some((value, index) => value !== expected[index])) process.exitCode = 1;

function median(runs: readonly Classification[]): Classification {
  const sorted = runs.toSorted((a, b) => a.report.wall - b.report.wall);
  return sorted[Math.floor(sorted.length / 2)] as Classification;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function count(value = 0): string {
  return value.toLocaleString("en-US").padStart(14);
}

function rate(perSecond: number): string {
  return `${(perSecond / 1e6).toFixed(0)} million pixels a second`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
