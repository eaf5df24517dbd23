// How much slower threads copy beside each other than alone: by hand, what a report has to find out.
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { copyPiece } from "./copy-piece.js";

/** Many short turns, for what is left of a shared machine's memory changes meanwhile. */
const TURNS = 8;
const TURN_MS = 50;

if (!isMainThread) {
  parentPort.on("message", ({ from, to, first }) => {
    const end = performance.now() + TURN_MS;
    let item = first;
    while (performance.now() < end) copyPiece(item++, from, to);
    parentPort.postMessage(item - first);
  });
}

/**
 * What one of two threads copies, as a share of what one alone does, in turns.
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
    let alone = 0;
    let beside = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      const first = 13 * turn;
      const [one, other] = turn % 2 === 0 ? threads : threads.slice().reverse();
      alone += await copied(one, first);
      const both = await Promise.all([copied(one, first), copied(other, first + 31)]);
      beside += (both[0] + both[1]) / 2;
    }
    return beside / alone;
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
