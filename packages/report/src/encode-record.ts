import { gzipSync } from "node:zlib";
import type { RunRecord } from "./record.ts";
import { packSpans } from "./spans/pack.ts";

/** A record as a page reads it. */
export interface EncodedRecord {
  /** All but spans and pauses, as JSON without `<`. */
  readonly json: string;
  /** Spans and pauses: packed, gzipped, in base64. */
  readonly spans: string | undefined;
}

export function encodeRecord({ spans, gc, ...rest }: RunRecord): EncodedRecord {
  return {
    json: JSON.stringify(rest, plainColumns).replaceAll("<", "\\u003c"),
    spans: spans && gzipSync(packSpans(spans, gc)).toString("base64"),
  };
}

function plainColumns(_key: string, value: unknown): unknown {
  return value instanceof Float64Array ? Array.from(value) : value;
}
