import { createPool, range } from "swath";
import { Worker } from "node:worker_threads";
import * as tasks from "./bound-tasks.js";
const copy = { from: new Float64Array(new SharedArrayBuffer(256e6)), to: new Float64Array(new SharedArrayBuffer(256e6)) };
copy.from.fill(1); copy.to.fill(1);
const code = `const { parentPort } = require("node:worker_threads"); const STEP=1<<19;
parentPort.on("message", ({ from, to, first, ms }) => { const end = performance.now() + ms; let i = first; const t=performance.now(); while (performance.now() < end) { const at=(i++*STEP)%(from.length-STEP); to.set(from.subarray(at,at+STEP),at);} parentPort.postMessage((i-first)/(performance.now()-t)); });`;
const th = [0, 1].map(() => new Worker(code, { eval: true }));
const copied = (k, first, ms) => new Promise((res) => { th[k].once("message", res); th[k].postMessage({ ...copy, first, ms }); });
async function hand(n = 4, ms = 25) {
  let a = 0, b = 0;
  for (let i = 0; i < n; i++) {
    a += await copied(i % 2, 7 * i, ms);
    const [x, y] = await Promise.all([copied(0, 7 * i, ms), copied(1, 31 + 7 * i, ms)]);
    b += (x + y) / 2;
  }
  return b / a;
}
await hand();
const pool = createPool({ workers: 2 });
await pool.map(range(100), tasks.copies, { with: copy });
let prev = await hand();
const N = +(process.argv[2] ?? 1200);
for (let k = 0; k < 14; k++) {
  const job = pool.map(range(N), tasks.copies, { with: copy, report: { calibrate: true } });
  await job;
  const next = await hand();
  const r = await job.report;
  const c = r.computeScaling;
  console.log(`wall ${r.wall.toFixed(2)} hand ${prev.toFixed(2)} ${next.toFixed(2)} cs ${c?.value.toFixed(2)} (${c?.low.toFixed(2)}-${c?.high.toFixed(2)}) n=${c?.items} ${r.bound.kind}`);
  prev = next;
}
process.exit();
