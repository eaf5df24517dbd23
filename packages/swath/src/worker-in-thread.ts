/** The door `swath/worker` for modules that are imported in a thread of swath's: all that it offers is there. */
import { createRequire } from "node:module";
import { lentCopy } from "./thread-copy.ts";
import type * as Worker from "./worker.ts";

export const {
  InvalidOptionError,
  SharedArray,
  SwathError,
  assertFunction,
  assertInteger,
  assertKnownKeys,
  assertOneOf,
  describeValue,
  isSwathError,
  loadTask,
  messageOf,
  move,
  prepareTypeScript,
  previewOf,
  publishNew,
  task,
} =
  lentCopy(import.meta.url)?.worker ??
  (createRequire(import.meta.url)("./worker.js") as typeof Worker);
