/**
 * 800,000 small objects out of the workers: as columns, as a stream of plain values, and all in an
 * array, beside the loop that makes them in place.
 *
 * node dist/boxes/main.js [boxes]    (default 800,000)
 */
import { createPool, isMain, range } from "swath";
import { type Box, makeBox } from "./make-box.ts";

if (isMain(import.meta)) await main(Number(process.argv[2] ?? 800_000));

async function main(count: number): Promise<void> {
  await using pool = createPool();
  // All begin with warm code: a first few thousand boxes are a matter of the compiler.
  await timed("", () => sum(loop(20_000)));
  await pool.map(range(20_000), makeBox);

  const plain = await timed("the loop", () => sum(loop(count)));
  console.log(plain.text);
  const ways = {
    "columns, by rows": async () =>
      sum(await pool.map(range(count), makeBox, { results: "columns" })),
    "columns, the column": async () => {
      const boxes = await pool.map(range(count), makeBox, { results: "columns" });
      const { values, sizes } = boxes.column("coordinates");
      // One ring of five points of two numbers.
      const stride = sizes.reduce<number>((product, size) => product * (size ?? Number.NaN), 1);
      let total = 0;
      for (let at = 0; at < values.length; at += stride) total += values[at] as number;
      return total;
    },
    "values, streamed": async () => {
      let total = 0;
      for await (const box of pool.map(range(count), makeBox)) total += box.coordinates[0][0][0];
      return total;
    },
    "values, awaited": async () => sum(await pool.map(range(count), makeBox)),
  };
  for (const [name, way] of Object.entries(ways)) {
    const { text, total, ms } = await timed(name, way);
    if (total !== plain.total) throw new Error(`${name}: ${total}, not ${plain.total}`);
    console.log(`${text}  ${(plain.ms / ms).toFixed(1)} times as fast`);
  }
}

function loop(count: number): Box[] {
  const boxes: Box[] = [];
  for (let i = 0; i < count; i++) boxes.push(makeBox(i));
  return boxes;
}

/** Of the first x of each box. */
function sum(boxes: Iterable<Box>): number {
  let total = 0;
  for (const { coordinates } of boxes) total += coordinates[0][0][0];
  return total;
}

async function timed(name: string, way: () => number | Promise<number>) {
  const begin = performance.now();
  const total = await way();
  const ms = performance.now() - begin;
  return { total, ms, text: `${name.padEnd(20)} ${ms.toFixed(0).padStart(6)} ms` };
}
