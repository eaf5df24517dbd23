// The limit: every byte of a file through readSync into one reused buffer per thread.
//
//     node bare-read.js FILE THREADS
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { printAnswer } from "./self.js";

const BUFFER_BYTES = 2 ** 20;

if (isMainThread) await main(process.argv[2], Number(process.argv[3]));
else read(workerData);

async function main(path, threads) {
  const began = performance.now();
  const size = statSync(path).size;
  const share = Math.ceil(size / threads / BUFFER_BYTES) * BUFFER_BYTES;
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, k) => {
      const range = { path, start: k * share, end: Math.min(size, (k + 1) * share) };
      const worker = new Worker(new URL(import.meta.url), { workerData: range });
      return new Promise((resolve, reject) =>
        worker.once("message", resolve).once("error", reject),
      );
    }),
  );
  const bytes = parts.reduce((sum, n) => sum + n, 0);
  printAnswer({ seconds: (performance.now() - began) / 1000, bytes });
}

function read({ path, start, end }) {
  const fd = openSync(path, "r");
  const buffer = new Uint8Array(BUFFER_BYTES);
  let bytes = 0;
  for (let at = start; at < end; at += BUFFER_BYTES) {
    bytes += readSync(fd, buffer, 0, Math.min(BUFFER_BYTES, end - at), at);
  }
  closeSync(fd);
  parentPort.postMessage(bytes);
}
