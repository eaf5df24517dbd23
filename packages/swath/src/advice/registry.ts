import { copiedBroadcast, duplicatedMemory } from "./broadcast.ts";
import { chunkTooBig, chunkTooSmall } from "./chunks.ts";
import { busyCoordinator } from "./coordinator.ts";
import { garbage } from "./garbage.ts";
import { copiedArrays, sentItems } from "./input.ts";
import { readAmplification } from "./reading.ts";
import { heavyResults } from "./results.ts";
import type { Rule } from "./rule.ts";
import { slowerThanLoop } from "./serial.ts";
import { slowStart } from "./start.ts";
import { straggler } from "./straggler.ts";
import { memoryBound, tooManyWorkers } from "./workers.ts";

/** All rules, in the order of their ids. */
export const RULES: readonly Rule[] = [
  chunkTooSmall,
  chunkTooBig,
  straggler,
  copiedBroadcast,
  copiedArrays,
  heavyResults,
  sentItems,
  busyCoordinator,
  tooManyWorkers,
  memoryBound,
  slowerThanLoop,
  slowStart,
  duplicatedMemory,
  readAmplification,
  garbage,
];
