import type { RunRecord } from "../record.ts";

/** Gives the reader the record, its spans to the microsecond. */
export function saveJson(record: RunRecord): void {
  const plain = (_key: string, value: unknown): unknown =>
    value instanceof Float64Array ? Array.from(value) : value;
  save("report.json", "application/json", JSON.stringify(record, plain, 1));
}

const COLUMNS = ["worker", "start", "end", "begin", "decode", "read", "run", "encode"] as const;

/** Gives the reader one line per recorded chunk. */
export function saveCsv({ spans }: RunRecord): void {
  if (spans === undefined) return;
  const columns = [...COLUMNS, ...(spans.duration === undefined ? [] : (["duration"] as const))];
  const lines = [columns.join(",")];
  for (let i = 0; i < spans.recorded; i++) {
    lines.push(columns.map((column) => spans[column]?.[i]).join(","));
  }
  save("chunks.csv", "text/csv", `${lines.join("\n")}\n`);
}

function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
