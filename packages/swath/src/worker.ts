export { move } from "./codecs/move.ts";
export type { TaskContext } from "./executors/loaded-job.ts";
export type { Sendable, TaskReference } from "./protocol/reference.ts";
export { loadTask } from "./task/load.ts";
export { task } from "./task/task.ts";
