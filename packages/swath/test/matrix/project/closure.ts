import { createHash } from "node:crypto";
import { isMain, map, range } from "swath";
import * as work from "./work.ts";
import { classify } from "./work.ts";

const options = { workers: 2, chunk: 2 };
const offset = 5;
const place = { name: "x", scale: [10, 100] };

function scaled(value: number): number {
  return value * (place.scale[0] ?? 0);
}

/** Functions written in line, with all that they capture. */
export async function run(): Promise<unknown> {
  const grid = new Float64Array([0.5, 1.5, 2.5, 3.5]);
  return {
    constant: await map(range(4), (value) => value + offset, options),
    object: await map(
      range(4),
      (value) => `${place.name}${value * (place.scale[1] ?? 0)}`,
      options,
    ),
    helper: await map(range(4), (value) => scaled(value) + 1, options),
    imported: await map(range(12), (value) => classify(value) * 2, options),
    namespace: await map(range(4), (value) => work.half(value) + work.classify(value), options),
    builtin: await map(
      range(2),
      (value) => createHash("sha1").update(String(value)).digest("hex").slice(0, 4),
      options,
    ),
    array: await map(range(4), async (value) => work.slowly((grid[value] ?? 0) + offset), options),
  };
}

if (isMain(import.meta)) void run().then((results) => console.log(JSON.stringify(results)));
