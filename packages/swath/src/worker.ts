export { assertFunction, assertInteger, assertKnownKeys, assertOneOf } from "./assert.ts";
export { move } from "./codecs/move.ts";
export {
  describeValue,
  InvalidOptionError,
  isSwathError,
  messageOf,
  previewOf,
  SwathError,
  type SwathErrorOptions,
} from "./errors.ts";
export type { TaskContext } from "./executors/task-context.ts";
export type { Sendable, TaskReference } from "./protocol/reference.ts";
export { publishNew } from "./publish-new.ts";
export { SharedArray } from "./shared/shared-array.ts";
export type { OpenSource } from "./sources/source.ts";
export { loadTask, prepareTypeScript } from "./task/load.ts";
export { task } from "./task/task.ts";
