import { isMain, map, range, task } from "swath";
import { nameOf } from "./tasks.ts";

const options = { workers: 2, chunk: 2 };
const offset = 7;

const shifted = task(import.meta, function shifted(value: number): number {
  return value + offset;
});
// Two of one name are told apart.
const first = task(import.meta, (value: number) => value - 1);
const second = task(import.meta, (value: number) => value - 2);

/** Functions that were made known to workers. */
export async function run(): Promise<unknown> {
  return {
    imported: await map(range(12), nameOf, options),
    own: await map(range(4), shifted, options),
    alike: [await map(range(2), first, options), await map(range(2), second, options)],
    inside: await map(range(4), (value) => nameOf(value) + shifted(value), options),
  };
}

if (isMain(import.meta)) void run().then((results) => console.log(JSON.stringify(results)));
