import { InvalidOptionError } from "../plugin.ts";

/**
 * Numbers of workers, as `1,2,4`; in rising order, each once.
 *
 * @throws InvalidOptionError
 */
export function workerList(text: string): readonly number[] {
  const counts = text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  if (counts.some((count) => count < 1 || count > MAX_WORKERS)) {
    const expected = `numbers from 1 to ${MAX_WORKERS} with commas between, as 1,2,4`;
    throw new InvalidOptionError("the numbers of workers", expected, text);
  }
  return [...new Set(counts)].sort((a, b) => a - b);
}

/** As many as the library takes. */
const MAX_WORKERS = 1024;

/** 1, 2, 4 … up to the number of cores, and that itself. */
export function workerCounts(cores: number): readonly number[] {
  const counts: number[] = [];
  for (let count = 1; count < cores; count *= 2) counts.push(count);
  return [...counts, cores];
}
