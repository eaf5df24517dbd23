export { ReportUnreadableError } from "./errors.ts";
export { LivePage, LivePageError, type ServeOptions, serve } from "./live/serve.ts";
export { type Reading, type Refusal, readRecord, refusalText } from "./read-record.ts";
export type {
  Advice,
  Bound,
  Buckets,
  Column,
  ComputeScaling,
  Efficiency,
  GcPauses,
  Leaf,
  Memory,
  MemorySamples,
  RunRecord,
  Serialization,
  SlowChunk,
  Spans,
  Stragglers,
  WorkerFigures,
} from "./record.ts";
export { type RenderOptions, renderHtml } from "./render-html.ts";
