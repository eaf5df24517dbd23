// How much slower threads copy beside each other than alone: by hand, what a report has to find out.
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { copyPiece } from "./copy-piece.js";

const MEASURED_MS = 300;

if (!isMainThread) {
  parentPort.on("message", ({ from, to, first }) => {
    const end = performance.now() + MEASURED_MS;
    let item = first;
    while (performance.now() < end) copyPiece(item++, from, to);
    parentPort.postMessage(item - first);
  });
}

/**
 * What one of two threads copies, as a share of what one alone does, with the time alone before
 * and after.
 *
 * @param {{ from: Float64Array, to: Float64Array }} copy in shared memory
 */
export async function copyScaling(copy) {
  const threads = [0, 1].map(() => new Worker(new URL(import.meta.url)));
  const copied = (thread, first) =>
    new Promise((resolve) => {
      thread.once("message", resolve);
      thread.postMessage({ ...copy, first });
    });
  try {
    // Once unmeasured.
    await Promise.all(threads.map((thread) => copied(thread, 0)));
    const before = await copied(threads[0], 0);
    const beside = await Promise.all(threads.map((thread, k) => copied(thread, 31 * k)));
    const after = await copied(threads[1], 31);
    return (beside[0] + beside[1]) / (before + after);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
