import { assertInteger, assertKnownKeys, assertObject, assertOneOf } from "./assert.ts";
import { InvalidOptionError } from "./errors.ts";
import {
  type ResourceLimits,
  STDIO,
  THREAD_OPTION_NAMES,
  type ThreadOptions,
} from "./executors/threads/thread-options.ts";

/**
 * The smallest limits, in MB: with less V8 cannot even make the thread, and aborts the whole
 * program (Nodes 20 to 26: at 2 MB of old generation, at 0.2 MB of stack).
 */
const MIN_LIMITS: Readonly<Record<keyof ResourceLimits, number>> = {
  maxOldGenerationSizeMb: 4,
  maxYoungGenerationSizeMb: 0,
  codeRangeSizeMb: 0,
  stackSizeMb: 0.25,
};

/**
 * Takes what concerns worker threads out of the options of a job or a pool, and checks it.
 *
 * @throws InvalidOptionError for the first that is not right
 */
export function resolveThreadOptions(options: ThreadOptions): ThreadOptions {
  const { resourceLimits, stdio, maxItemsPerWorker, maxMemoryPerWorker } = options;
  if (resourceLimits !== undefined) assertLimits(resourceLimits);
  if (stdio !== undefined) assertOneOf("stdio", stdio, STDIO);
  for (const [name, value] of Object.entries({ maxItemsPerWorker, maxMemoryPerWorker })) {
    if (value !== undefined) assertInteger(name, value, { min: 1 });
  }
  return { resourceLimits, stdio, maxItemsPerWorker, maxMemoryPerWorker };
}

/** @throws InvalidOptionError if a job on a pool asks for threads that are its own */
export function refuseThreadOptions(options: ThreadOptions): void {
  for (const name of THREAD_OPTION_NAMES) {
    if (options[name] === undefined) continue;
    const hint = ". A pool's jobs run on the pool's threads: give it to `createPool`";
    throw new InvalidOptionError(name, "absent", options[name], hint);
  }
}

function assertLimits(limits: unknown): void {
  assertObject("resourceLimits", limits);
  assertKnownKeys("resourceLimits", limits, Object.keys(MIN_LIMITS));
  for (const [name, value] of Object.entries(limits)) {
    const min = MIN_LIMITS[name as keyof ResourceLimits];
    if (value === undefined || (typeof value === "number" && value >= min && value < Infinity)) {
      continue;
    }
    throw new InvalidOptionError(`resourceLimits.${name}`, `a number of MB from ${min} up`, value);
  }
}
