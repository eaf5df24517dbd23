export { assertFunction, assertInteger, assertKnownKeys, assertOneOf } from "./assert.ts";
export {
  describeValue,
  InvalidOptionError,
  isSwathError,
  messageOf,
  NotSendableError,
  previewOf,
  SwathError,
  type SwathErrorOptions,
  TaskFailedError,
} from "./errors.ts";
export {
  type CallTools,
  type ItemSample,
  interceptJobs,
  type JobCall,
  type JobInterceptor,
} from "./job-call.ts";
export { type JobObserver, type ObservedJob, type ObservedReport, observeJobs } from "./observe.ts";
export { JOB_OPTION_NAMES } from "./options.ts";
export type { SourceAccess } from "./protocol/messages.ts";
export { referenceOf, type TaskReference } from "./protocol/reference.ts";
export { toMarkdown } from "./report/markdown.ts";
export type { LiveFigures } from "./report/recorder.ts";
export { reportText } from "./report/text.ts";
export type { TextStyle } from "./report/text-style.ts";
export type { ToldRecord } from "./report/told-record.ts";
export { type Trace, type TraceEvent, toTrace } from "./report/trace.ts";
export { bytesText, countText, percentText, secondsText } from "./report/units.ts";
export { SCHEDULES } from "./schedules/registry.ts";
export type { Chunk, Schedule, ScheduleFactory, ScheduleRequest } from "./schedules/schedule.ts";
export {
  AS_SOURCE,
  type AsSource,
  defineSource,
  type OpenSource,
  type Source,
  type SourceRoute,
} from "./sources/source.ts";
export { describeTasks } from "./task/describe.ts";
export { isWithoutPlace } from "./task/load.ts";
