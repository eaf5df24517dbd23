import { finite, plainText } from "./care.ts";
import type { ToldRecord } from "./told-record.ts";
import { countText } from "./units.ts";

/** An event of a Chrome trace. Times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly cat?: string;
  /** "X": from `ts` for `dur`; "M": what a process or thread is called. */
  readonly ph: "X" | "M";
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, string | number>>;
}

/** A run as a Chrome trace: plain JSON. */
export interface Trace {
  readonly displayTimeUnit: "ms";
  readonly traceEvents: readonly TraceEvent[];
  readonly otherData: Readonly<Record<string, string | number>>;
}

const PROCESS = 1;
/** Beside the worker's own row, which its pauses may overlap. */
const GC_ROWS = 100_000;
const PHASES = ["decode", "read", "run", "encode"] as const;

/**
 * The chunks of a run as a trace in Chrome's JSON format, for Perfetto (ui.perfetto.dev) and
 * `chrome://tracing`: one row for each worker, in each chunk its phases, and the pauses of garbage
 * collection in rows of their own.
 *
 * @param report what `await job.report` gives, or the JSON of it
 * @see "Trace Event Format", Google, 2016
 * @example
 * writeFileSync("run.trace.json", JSON.stringify(toTrace(await job.report)));
 */
export function toTrace(report: ToldRecord): Trace {
  const chunks = chunkEvents(report);
  const pauses = pauseEvents(report);
  return {
    displayTimeUnit: "ms",
    traceEvents: [...nameEvents(report, [...chunks, ...pauses]), ...chunks, ...pauses],
    otherData: {
      schema: "swath.report/1",
      task: plainText(report.task) ?? "",
      startedAt: plainText(report.startedAt) ?? "",
      chunks: finite(report.chunks?.count) ?? 0,
    },
  };
}

function nameEvents(report: ToldRecord, events: readonly TraceEvent[]): readonly TraceEvent[] {
  const name = plainText(report.name) ?? plainText(report.task) ?? "a run";
  const rows = [...new Set(events.map(({ tid }) => tid))].sort((a, b) => a - b);
  const named = (tid: number, what: string, text: string): TraceEvent => ({
    name: what,
    ph: "M",
    pid: PROCESS,
    tid,
    args: { name: text },
  });
  return [
    named(0, "process_name", `swath: ${name}`),
    ...rows.map((tid) => {
      const worker =
        tid < GC_ROWS ? `worker ${tid}` : `worker ${tid - GC_ROWS}: garbage collection`;
      return named(tid, "thread_name", worker);
    }),
  ];
}

function chunkEvents({ spans }: ToldRecord): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  const rows = lengthOf(spans?.begin);
  for (let i = 0; i < rows; i++) {
    const at = (name: keyof NonNullable<typeof spans>) => finite(spans?.[name]?.[i]);
    const [tid, begin, start, end] = [at("worker"), at("begin"), at("start"), at("end")];
    if (tid === undefined || begin === undefined || start === undefined || end === undefined)
      continue;
    const phases = PHASES.map((name) => ({ name, seconds: Math.max(0, at(name) ?? 0) }));
    const spent = phases.reduce((sum, { seconds }) => sum + seconds, 0);
    const duration = Math.max(at("duration") ?? 0, spent);
    const common = { ph: "X", pid: PROCESS, tid } as const;
    const name =
      end > start + 1
        ? `items ${countText(start)}–${countText(end - 1)}`
        : `item ${countText(start)}`;
    events.push({
      ...common,
      name,
      cat: "chunk",
      ts: microseconds(begin),
      dur: microseconds(duration),
      args: { firstItem: start, items: end - start },
    });
    let from = begin;
    for (const { name, seconds } of phases) {
      if (seconds <= 0) continue;
      events.push({
        ...common,
        name,
        cat: "phase",
        ts: microseconds(from),
        dur: microseconds(seconds),
      });
      from += seconds;
    }
  }
  return events;
}

function pauseEvents({ gc }: ToldRecord): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  const rows = lengthOf(gc?.begin);
  for (let i = 0; i < rows; i++) {
    const [worker, begin, duration] = [gc?.worker?.[i], gc?.begin?.[i], gc?.duration?.[i]].map(
      finite,
    );
    if (worker === undefined || begin === undefined || duration === undefined) continue;
    events.push({
      name: "garbage collection",
      cat: "gc",
      ph: "X",
      pid: PROCESS,
      tid: GC_ROWS + worker,
      ts: microseconds(begin),
      dur: microseconds(duration),
    });
  }
  return events;
}

/** A text is no column, though it has a length. */
function lengthOf(column: unknown): number {
  return Array.isArray(column) || ArrayBuffer.isView(column)
    ? (column as { length: number }).length
    : 0;
}

function microseconds(seconds: number): number {
  return Math.round(seconds * 1e6 * 1e3) / 1e3;
}
