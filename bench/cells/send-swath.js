// What sending a function costs the caller: the first of the process, one that is new, one that
// has been sent before.
//
//     node send-swath.js FUNCTIONS
import { createPool } from "swath";
import { printAnswer } from "./self.js";

const count = Number(process.argv[2]);
const pool = createPool({ workers: 1 });
const data = { rows: Array.from({ length: 100 }, (_, id) => ({ id, name: `row ${id}` })) };
const [firstFn, ...others] = makeFunctions();

const first = await send(firstFn);
const fresh = [];
for (const fn of others) fresh.push(await send(fn));
const again = await send(firstFn);
await pool.close();
fresh.sort((a, b) => a - b);
const newMs = fresh[Math.floor(fresh.length / 2)];
printAnswer({
  seconds: first / 1000,
  firstMs: first,
  newMs,
  worstNewMs: fresh.at(-1),
  againMs: again,
});

/** Milliseconds that `map` keeps the caller. */
async function send(fn) {
  const began = performance.now();
  const job = pool.map([1], fn);
  const milliseconds = performance.now() - began;
  await job;
  return milliseconds;
}

/** Functions with texts of their own, each with an array that it captured. */
function makeFunctions() {
  const text = Array.from({ length: count }, (_, k) => `(id) => data.rows[id].name + ${k}`);
  return new Function("data", `return [${text.join(",\n")}]`)(data);
}
