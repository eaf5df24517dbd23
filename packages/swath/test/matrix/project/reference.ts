import { isMain, map, range } from "swath";
import { classify, half, slowly } from "./work.ts";

const options = { workers: 2, chunk: 2 };

/** Functions that modules export. */
export async function run(): Promise<unknown> {
  return {
    declared: await map(range(12), classify, options),
    arrow: await map(range(4), half, options),
    async: await map(range(4), slowly, options),
    builtin: await map(range(4), Math.sqrt, options),
  };
}

if (isMain(import.meta)) void run().then((results) => console.log(JSON.stringify(results)));
