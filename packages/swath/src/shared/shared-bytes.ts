import type { JobSpec, SourceAccess } from "../protocol/messages.ts";
import type { SharedView } from "../protocol/shared-view.ts";
import { bytesOf } from "./dtype.ts";

/** Bytes of one item, on average, that workers read and write where they lie. */
export interface SharedBytes {
  readonly input: number;
  readonly results: number;
}

/** What lies in memory that all threads see, of a job with so many items. */
export function sharedBytes({ source, into, itemCount }: JobSpec): SharedBytes {
  const perItem = (bytes: number) => (itemCount > 0 ? bytes / itemCount : 0);
  const results = into === undefined ? 0 : perItem(bytesOfView(into));
  return { input: perItem(bytesOfSource(source)), results };
}

function bytesOfSource(source: SourceAccess): number {
  switch (source.kind) {
    case "view":
      return bytesOfArray(source.view);
    case "shared":
      return bytesOfView(source.array);
    case "table":
      return source.columns.reduce((sum, column) => {
        if (column.kind === "copied") return sum;
        const bytes =
          column.kind === "rows" ? bytesOfView(column.array) : bytesOfArray(column.values);
        return sum + bytes;
      }, 0);
    case "payload":
    case "range":
    case "opened":
      return 0;
    default:
      return source satisfies never;
  }
}

function bytesOfView({ shape, dtype }: SharedView): number {
  return shape.reduce((product, length) => product * length, bytesOf(dtype));
}

function bytesOfArray(values: ArrayLike<unknown>): number {
  return ArrayBuffer.isView(values) ? values.byteLength : 0;
}
