/**
 * One big array, a hundred jobs that each look at all of it, and no copy of it: the function is
 * written where the array is, captures it, and the workers see the same memory.
 *
 * node dist/big-blob/main.js [millions of integers]    (default 128: 512 MB)
 */
import { availableParallelism } from "node:os";
import { isMain, map, range, SharedArray } from "swath";

const JOBS = 100;

if (isMain(import.meta)) await main(Number(process.argv[2] ?? 128));

async function main(millions: number): Promise<void> {
  const array = SharedArray.create("int32", 1e6 * millions);
  const blob = array.data;
  for (let i = 0; i < blob.length; i++) blob[i] = (Math.imul(i, 2_654_435_761) >>> 8) % 1_000;

  const cores = availableParallelism();
  let counted: readonly number[] = [];
  for (const workers of new Set([1, cores])) {
    const job = map(
      range(JOBS),
      (wanted) => {
        let hits = 0;
        for (let i = 0; i < blob.length; i++) if (blob[i] === wanted) hits++;
        return hits;
      },
      { workers },
    );
    counted = await job;
    const { wall } = await job.report;
    console.log(
      `${workers} worker${workers === 1 ? " " : "s"}  ${wall.toFixed(2)} s for ${JOBS} jobs over ` +
        `${(array.byteLength / 1e6).toFixed(0)} MB; ${memory()} resident in all`,
    );
  }
  const total = counted.reduce((sum, hits) => sum + hits, 0);
  console.log(`found      ${total.toLocaleString("en")} of ${blob.length.toLocaleString("en")}`);
}

function memory(): string {
  return `${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`;
}
