/** The door `swath/worker` for modules that are imported in a thread of swath's: all that it offers is there. */
import { createRequire } from "node:module";
import { asExports, lentCopy } from "./thread-copy.ts";
import type * as Worker from "./worker.ts";

const DOOR = import.meta.url;
const lent = lentCopy(DOOR)?.worker;

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
  lent === undefined
    ? (createRequire(DOOR)("./worker.js") as typeof Worker)
    : asExports(DOOR, lent);
