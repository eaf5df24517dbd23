// A consumer that works 20 ms a batch less than the loader needs: does it ever wait longer?
//
//     node images-batches.js FOLDER COUNT WORKERS
//
// First the loader by itself, then with the consumer: what it waits for a batch must be no more
// than the loader takes for one by itself.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { batches } from "@swath/images";
import { printAnswer } from "./self.js";

const BATCH = 10;
const PREFETCH = 2;
const LESS_MS = 20;
/** Batches of a run at least. */
const BATCHES = 12;
/** The first batches fill the ring. */
const WARM_UP = PREFETCH + 1;

const [folder, count, workers] = process.argv.slice(2);
const files = readdirSync(folder)
  .toSorted()
  .slice(0, Number(count))
  .map((name) => join(folder, name));
const options = {
  batchSize: BATCH,
  height: 2100,
  width: 1400,
  prefetch: PREFETCH,
  epochs: Math.ceil((BATCHES * BATCH) / files.length),
  workers: Number(workers),
};

const alone = await consume(0);
const ownMs = median(alone.waits);
const workMs = Math.max(0, ownMs - LESS_MS);
const began = performance.now();
const { waits, buffers } = await consume(workMs);
const seconds = (performance.now() - began) / 1000;
printAnswer({
  seconds,
  ownSeconds: alone.seconds,
  ownMs,
  workMs,
  waitMs: median(waits),
  maxWaitMs: Math.max(...waits),
  maxOwnMs: Math.max(...alone.waits),
  batchesInMemory: buffers,
  allowed: PREFETCH + 1,
});

async function consume(workMs) {
  const memory = new Set();
  const waits = [];
  const start = performance.now();
  let asked = start;
  let number = 0;
  for await (const { data } of batches(files, options)) {
    memory.add(data.buffer);
    if (number++ >= WARM_UP) waits.push(performance.now() - asked);
    if (workMs > 0) await new Promise((resolve) => setTimeout(resolve, workMs));
    asked = performance.now();
  }
  return { waits, buffers: memory.size, seconds: (performance.now() - start) / 1000 };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
