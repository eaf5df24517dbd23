// Workers that each read all of one array, which their function captured.
//
//     node readers-swath.js MEGABYTES WORKERS
//
// WORKERS 0 reads it once, without swath.
import { map, range, SharedArray } from "swath";
import { printAnswer } from "./self.js";

const [megabytes, workers] = process.argv.slice(2).map(Number);

const array = SharedArray.create("uint8", megabytes * 1e6).fill(1);
const sumAll = () => {
  const { data } = array;
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return sum;
};

const began = performance.now();
// One chunk for each worker, so that each of them reads.
const options = { workers, schedule: "static", chunk: 1 };
const job = workers === 0 ? undefined : map(range(2 * workers), sumAll, options);
const sums = job === undefined ? [sumAll()] : await job;
const seconds = (performance.now() - began) / 1000;

const { serialization } = (await job?.report) ?? { serialization: { bytesOut: 0 } };
const bad = sums.find((sum) => sum !== array.size);
const wrong =
  bad !== undefined
    ? `expected the sum ${array.size}, got ${bad}`
    : serialization.bytesOut > 0
      ? `expected no item to travel, got ${serialization.bytesOut} bytes`
      : undefined;
printAnswer({ seconds, wrong });
