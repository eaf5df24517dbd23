// Thumbnails of 128 pixels, by swath or by sharp alone.
//
//     node images-thumbs.js swath FOLDER COUNT OUT WORKERS
//     node images-thumbs.js map   FOLDER COUNT OUT WORKERS
//     node images-thumbs.js sharp FOLDER COUNT OUT QUEUE CONCURRENCY file|buffer
//
// `map` is the loop of examples/thumbnails: sharp in a function that swath's map calls.
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { printAnswer } from "./self.js";
import { makeThumbnail, SIZE } from "./thumbnail-task.js";

const [mode, folder, count, out, ...settings] = process.argv.slice(2);
const files = readdirSync(folder)
  .toSorted()
  .slice(0, Number(count))
  .map((name) => join(folder, name));

const run = await { swath: prepareSwath, map: prepareMap, sharp: prepareSharp }[mode]();
const began = performance.now();
const sizes = await run();
const seconds = (performance.now() - began) / 1000;
printAnswer({ seconds, sizes: sizes.map(({ width, height }) => `${width}x${height}`) });

async function prepareSwath() {
  const { thumbnails } = await import("@swath/images");
  return async () =>
    (await thumbnails(files, { size: SIZE, out, workers: Number(settings[0]) })).files;
}

async function prepareMap() {
  const { map } = await import("swath");
  const items = files.map((file) => ({ file, output: join(out, basename(file)) }));
  return () => map(items, makeThumbnail, { workers: Number(settings[0]) });
}

async function prepareSharp() {
  const { default: sharp } = await import("sharp");
  const [queue, concurrency, from] = settings;
  sharp.concurrency(Number(concurrency));
  sharp.cache(false);
  return async () => {
    const results = [];
    let next = 0;
    const lane = async () => {
      while (next < files.length) {
        const i = next++;
        const input = from === "buffer" ? await readFile(files[i]) : files[i];
        results[i] = await sharp(input)
          .autoOrient()
          .resize(SIZE, SIZE, { fit: "inside", withoutEnlargement: true })
          .toFile(join(out, basename(files[i])));
      }
    };
    await Promise.all(Array.from({ length: Number(queue) }, lane));
    return results;
  };
}
