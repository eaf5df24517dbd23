// Photos into one (N, H, W, 3) array, by swath or by sharp alone.
//
//     node images-load.js swath FOLDER COUNT WORKERS
//     node images-load.js sharp FOLDER COUNT QUEUE CONCURRENCY file|buffer
//
// For sharp, `UV_THREADPOOL_SIZE` is the number of images that are decoded at a time at most.
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { printAnswer } from "./self.js";

const WIDTH = 1400;
const HEIGHT = 2100;
const EACH = WIDTH * HEIGHT * 3;

const [mode, folder, count, ...settings] = process.argv.slice(2);
const files = readdirSync(folder)
  .toSorted()
  .slice(0, Number(count))
  .map((name) => join(folder, name));

const load = mode === "swath" ? await prepareSwath() : await prepareSharp();
const began = performance.now();
const data = await load();
const seconds = (performance.now() - began) / 1000;
printAnswer({ seconds, bytes: data.length, mean: meanOf(data) });

async function prepareSwath() {
  const { loadBatch } = await import("@swath/images");
  const options = { height: HEIGHT, width: WIDTH, workers: Number(settings[0]) };
  return async () => (await loadBatch(files, options)).data;
}

async function prepareSharp() {
  const { default: sharp } = await import("sharp");
  const [queue, concurrency, from] = settings;
  sharp.concurrency(Number(concurrency));
  sharp.cache(false);
  return async () => {
    const data = new Uint8Array(new SharedArrayBuffer(files.length * EACH));
    let next = 0;
    const lane = async () => {
      while (next < files.length) {
        const i = next++;
        const input = from === "buffer" ? await readFile(files[i]) : files[i];
        data.set(await sharp(input).raw().toBuffer(), i * EACH);
      }
    };
    await Promise.all(Array.from({ length: Number(queue) }, lane));
    return data;
  };
}

/** Of every 997th level: enough to tell pictures apart. */
function meanOf(data) {
  let sum = 0;
  let levels = 0;
  for (let at = 0; at < data.length; at += 997, levels++) sum += data[at];
  return sum / levels;
}
