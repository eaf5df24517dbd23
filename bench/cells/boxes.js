// 800,000 boxes: made in one thread, or in two and brought back.
//
//     node boxes.js MODE COUNT
//
// Before the clock starts, all make a few thousand boxes: code is warm, and threads are up, except
// in the modes that end in -cold.
import { createPool, map, range } from "swath";
import { makeBox } from "./boxes-task.js";
import { peakRssMB, printAnswer } from "./self.js";

const WARM_UP = 20_000;
const WORKERS = 2;

const [mode, countText] = process.argv.slice(2);
const count = Number(countText);

const oneOf = (boxes) => {
  let sum = 0;
  for (const { coordinates } of boxes) sum += coordinates[0][0][0];
  return sum;
};
const allOf = (boxes) => {
  let sum = 0;
  for (const { coordinates } of boxes) {
    for (const ring of coordinates) for (const point of ring) sum += point[0] + point[1];
  }
  return sum;
};
const serially = (n) => {
  const boxes = [];
  for (let i = 0; i < n; i++) boxes.push(makeBox(i));
  return boxes;
};
const streamed = async (boxes) => {
  let sum = 0;
  for await (const { coordinates } of boxes) sum += coordinates[0][0][0];
  return sum;
};
const firstOf = ({ values, sizes }) => {
  const stride = sizes.reduce((product, size) => product * size, 1);
  let sum = 0;
  for (let at = 0; at < values.length; at += stride) sum += values[at];
  return sum;
};
const column = (columns) => {
  let sum = 0;
  for (const part of columns.column("coordinates").parts) sum += firstOf(part);
  return sum;
};
const joined = (columns) => firstOf(columns.column("coordinates"));
const asColumns = { results: "columns" };

/** @type {Record<string, (n: number, start: typeof map) => number | Promise<number>>} */
const MODES = {
  "serial-one": (n) => oneOf(serially(n)),
  "serial-all": (n) => allOf(serially(n)),
  "rows-one": async (n, start) => oneOf(await start(range(n), makeBox, asColumns)),
  "rows-all": async (n, start) => allOf(await start(range(n), makeBox, asColumns)),
  column: async (n, start) => column(await start(range(n), makeBox, asColumns)),
  joined: async (n, start) => joined(await start(range(n), makeBox, asColumns)),
  stream: (n, start) => streamed(start(range(n), makeBox)),
  await: async (n, start) => oneOf(await start(range(n), makeBox)),
};

const isCold = mode.endsWith("-cold");
const run = MODES[mode.replace(/-cold$/, "")];
const pool = isCold || mode.startsWith("serial") ? undefined : createPool({ workers: WORKERS });
const start = (source, fn, options) =>
  pool === undefined
    ? map(source, fn, { ...options, workers: WORKERS })
    : pool.map(source, fn, options);
if (!isCold) await run(WARM_UP, start);
const restingMB = peakRssMB();
const began = performance.now();
const sum = await run(count, start);
const seconds = (performance.now() - began) / 1000;
printAnswer({ seconds, sum, restingMB });
await pool?.close();
