// The bar: classify and count every pixel of an uncompressed, tiled, little-endian int16 TIFF with
// worker threads, written by hand for this one job. It reads no other layout and handles no failure.
//
//     node hand-raster.js FILE WORKERS [elev|australia]
import { closeSync, openSync, readSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { printAnswer } from "./self.js";

const NODATA = -32768;

function classifyElev(v) {
  if (v < 200) return 0;
  if (v < 300) return 1;
  if (v < 400) return 2;
  if (v < 500) return 3;
  return 4;
}

function classifyAustralia(v) {
  if (Number.isNaN(v) || v <= 0) return 0;
  if (v > 400) return 3;
  if (v > 150) return 2;
  return 1;
}

if (isMainThread) await main(process.argv[2], Number(process.argv[3]), process.argv[4] ?? "elev");
else work(workerData, workerData.workload === "elev" ? classifyElev : classifyAustralia);

async function main(path, workers, workload) {
  const began = performance.now();
  const next = new Int32Array(new SharedArrayBuffer(4));
  const job = { path, workload, next, ...readTags(path) };
  const parts = await Promise.all(
    Array.from({ length: workers }, () => {
      const worker = new Worker(new URL(import.meta.url), { workerData: job });
      return new Promise((resolve, reject) =>
        worker.once("message", resolve).once("error", reject),
      );
    }),
  );
  const counts = [0, 0, 0, 0, 0];
  for (const part of parts) part.counts.forEach((n, k) => (counts[k] += n));
  const nodata = parts.reduce((sum, part) => sum + part.nodata, 0);
  const classes = workload === "elev" ? 5 : 4;
  const seconds = (performance.now() - began) / 1000;
  printAnswer({ seconds, counts: counts.slice(0, classes), nodata });
}

/** Size, tile size and tile offsets; every tile lies right behind the one before it. */
function readTags(path) {
  const fd = openSync(path, "r");
  const buffer = Buffer.alloc(8192);
  readSync(fd, buffer, 0, 8192, 0);
  const directory = buffer.readUInt32LE(4);
  const tags = {};
  for (let i = 0; i < buffer.readUInt16LE(directory); i++) {
    const entry = directory + 2 + 12 * i;
    const short = buffer.readUInt16LE(entry + 2) === 3 && buffer.readUInt32LE(entry + 4) === 1;
    tags[buffer.readUInt16LE(entry)] = short
      ? buffer.readUInt16LE(entry + 8)
      : buffer.readUInt32LE(entry + 8);
  }
  const [width, height, tile] = [tags[256], tags[257], tags[322]];
  const across = Math.ceil(width / tile);
  const down = Math.ceil(height / tile);
  const table = Buffer.alloc(4 * across * down);
  readSync(fd, table, 0, table.length, tags[324]);
  closeSync(fd);
  return { width, height, tile, across, down, first: table.readUInt32LE(0) };
}

function work(job, classify) {
  const { path, next, width, height, tile, across, down, first } = job;
  const fd = openSync(path, "r");
  const tileBytes = tile * tile * 2;
  const tilesPerRead = Math.max(1, Math.floor(2 ** 20 / tileBytes));
  const pixels = new Int16Array((tilesPerRead * tileBytes) / 2);
  const counts = new Int32Array(8);
  const totals = [0, 0, 0, 0, 0];
  let nodata = 0;
  for (;;) {
    const tileRow = Atomics.add(next, 0, 1);
    if (tileRow >= down) break;
    const rows = Math.min(tile, height - tileRow * tile);
    for (let tileCol = 0; tileCol < across; tileCol += tilesPerRead) {
      const tiles = Math.min(tilesPerRead, across - tileCol);
      readSync(fd, pixels, 0, tiles * tileBytes, first + (tileRow * across + tileCol) * tileBytes);
      for (let t = 0; t < tiles; t++) {
        const columns = Math.min(tile, width - (tileCol + t) * tile);
        const start = t * tile * tile;
        if (columns === tile) {
          nodata += count(pixels, start, start + rows * tile, counts, classify);
          continue;
        }
        for (let row = 0; row < rows; row++) {
          const left = start + row * tile;
          nodata += count(pixels, left, left + columns, counts, classify);
        }
      }
    }
    counts.forEach((n, k) => (totals[k] += n));
    counts.fill(0);
  }
  closeSync(fd);
  parentPort.postMessage({ counts: totals, nodata });
}

// A function of its own: V8 then optimises it by itself (1.2 times faster than the same loop in line).
function count(pixels, start, end, counts, classify) {
  let nodata = 0;
  for (let i = start; i < end; i++) {
    const v = pixels[i];
    if (v === NODATA) nodata++;
    else counts[classify(v)]++;
  }
  return nodata;
}
