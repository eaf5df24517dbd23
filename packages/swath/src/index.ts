export type { Column, ColumnValues } from "./codecs/columns/column.ts";
export type { Columns } from "./codecs/columns/columns.ts";
export { move } from "./codecs/move.ts";
export type { Indexed } from "./driver/collector.ts";
export { isSwathError, SwathError } from "./errors.ts";
export type { TaskContext } from "./executors/task-context.ts";
export type { ResourceLimits, Stdio, ThreadOptions } from "./executors/threads/thread-options.ts";
export { explain } from "./explain.ts";
export type { ExplainedRoute, Explanation } from "./explain-call.ts";
export { forEach } from "./for-each.ts";
export type { ResultArray, ResultValue, WrittenResult } from "./into.ts";
export type { Job, JobReport, SettlingJob } from "./job.ts";
export type { Progress } from "./job-run.ts";
export { type ItemFunction, map } from "./map.ts";
export type { JobOptions, JournalOption, MapOptions, ReportOption } from "./options.ts";
export {
  createPool,
  type Pool,
  type PoolJobOptions,
  type PoolMapOptions,
  type PoolOptions,
} from "./pool.ts";
export type { Sendable } from "./protocol/reference.ts";
export type { DType } from "./protocol/shared-view.ts";
export { type Fold, type ReduceOptions, reduce } from "./reduce.ts";
export { toMarkdown } from "./report/markdown.ts";
export type { Report } from "./report/report.ts";
export type { TextStyle } from "./report/text-style.ts";
export type { ToldRecord } from "./report/told-record.ts";
export { type Trace, type TraceEvent, toTrace } from "./report/trace.ts";
export type { ScheduleName } from "./schedules/registry.ts";
export type { ArraySettings } from "./shared/array-from.ts";
export type { DTypeOf, ElementOf, TypedArrayOf } from "./shared/dtype.ts";
export type { NestedArray } from "./shared/nested.ts";
export { type Shareable, type Shared, share } from "./shared/share.ts";
export {
  type ArrayValue,
  type CreateOptions,
  type ExpectedArray,
  type ItemOf,
  SharedArray,
} from "./shared/shared-array.ts";
export { range } from "./sources/range.ts";
export type { AsSource, Route, Source } from "./sources/source.ts";
export type { SourceLike } from "./sources/to-source.ts";
export type { ArrowTable } from "./table/arrow.ts";
export { type ColumnTable, type RowOfTable, table } from "./table/table.ts";
export { fromModule, type ModuleTasks } from "./task/from-module.ts";
export { isMain } from "./task/is-main.ts";
export { task } from "./task/task.ts";
