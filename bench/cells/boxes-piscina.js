// The same boxes by piscina, a thousand a call, as objects.
//
//     node boxes-piscina.js COUNT
import { fileURLToPath } from "node:url";
import { printAnswer } from "./self.js";

const BATCH = 1_000;
const WARM_UP = 20_000;
const THREADS = 2;

const count = Number(process.argv[2]);
const Piscina = await load();
if (Piscina !== undefined) await measure();

async function load() {
  try {
    return (await import("../peers/piscina.js")).Piscina;
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    process.stdout.write(`${JSON.stringify({ absent: "piscina is not installed" })}\n`);
  }
}

async function measure() {
  const filename = fileURLToPath(new URL("../peers/boxes-entry.js", import.meta.url));
  const pool = new Piscina({
    filename,
    name: "makeBoxes",
    minThreads: THREADS,
    maxThreads: THREADS,
  });
  await run(pool, WARM_UP);
  const began = performance.now();
  const sum = await run(pool, count);
  const seconds = (performance.now() - began) / 1000;
  printAnswer({ seconds, sum });
  await pool.destroy();
}

async function run(pool, n) {
  const starts = Array.from({ length: Math.ceil(n / BATCH) }, (_, i) => i * BATCH);
  const parts = await Promise.all(starts.map((at) => pool.run([at, Math.min(n, at + BATCH)])));
  let sum = 0;
  for (const boxes of parts) for (const { coordinates } of boxes) sum += coordinates[0][0][0];
  return sum;
}
