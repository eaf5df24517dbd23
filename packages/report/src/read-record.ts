import type { GcPauses, Memory, RunRecord, Spans } from "./record.ts";
import {
  column,
  flag,
  integer,
  leaves,
  list,
  Misfit,
  number,
  object,
  text,
  tree,
} from "./shape.ts";

/** What came of reading a record. */
export type Reading = { readonly kind: "record"; readonly record: RunRecord } | Refusal;

/** Why a record cannot be shown. */
export interface Refusal {
  readonly kind: "refused";
  /** Place in the record, as in `spans.begin[3]`; empty for the record itself. */
  readonly at: string;
  readonly expected: string;
  readonly got: string;
}

/** Most rows of `spans` and `gc`: what a page can still pan over. */
export const MAX_SPANS = 1_000_000;
const MAX_MEMORY_SAMPLES = 100_000;
/** As many as a cluster may have. */
const MAX_WORKERS = 10_000;
const MAX_SLOWEST = 1_000;
const MAX_ADVICE = 100;
const LEAVES = { maxKeys: 100, maxText: 200 };
/** Characters of a name, a sentence and a preview. */
const NAME = 200;
const SENTENCE = 1_000;
const PREVIEW = 2_000;

/** Three years: times in whole microseconds stay exact, also when added up and zigzagged. */
const MAX_SECONDS = 1e8;
/** Indices, too, stay exact when zigzagged. */
const MAX_INDEX = 2 ** 51;

const seconds = number(0, MAX_SECONDS);
const name = text(NAME);
const sentence = text(SENTENCE);
const spanColumn = column(seconds, MAX_SPANS);
const indexColumn = column(integer(0, MAX_INDEX), MAX_SPANS);
const workerColumn = column(integer(0, MAX_WORKERS - 1), MAX_SPANS);
/** What is left over of measured times may be a little less than nothing. */
const workerSeconds = number(-MAX_SECONDS, MAX_SECONDS * MAX_WORKERS);
const factor = number(-1, 2);

const shape = object(
  {},
  {
    task: name,
    name,
    command: sentence,
    startedAt: name,
    wall: seconds,
    workers: integer(0, MAX_WORKERS),
    executor: name,
    schedule: name,
    source: name,
    items: integer(),
    unit: integer(1),
    verdict: sentence,
    buckets: object(
      {
        start: workerSeconds,
        tail: workerSeconds,
        starve: workerSeconds,
        transfer: workerSeconds,
        gc: workerSeconds,
        useful: workerSeconds,
      },
      {},
    ),
    efficiency: object(
      {},
      {
        parallel: factor,
        start: factor,
        balance: factor,
        dispatch: factor,
        transfer: factor,
        gc: factor,
      },
    ),
    computeScaling: object(
      { value: number(0, 1e6) },
      { low: number(0, 1e6), high: number(0, 1e6), items: integer() },
    ),
    speedup: number(0, 1e6),
    bound: object({ kind: name }, { evidence: sentence }),
    ratio: number(),
    serialization: object(
      {},
      {
        bytesOut: number(),
        bytesIn: number(),
        bytesInBy: object({}, { clone: number(), json: number(), columns: number() }),
        exact: flag,
        workerDecode: workerSeconds,
        workerEncode: workerSeconds,
        driverEncode: workerSeconds,
        driverDecode: workerSeconds,
      },
    ),
    stragglers: object(
      {},
      { firstDone: seconds, lastDone: seconds, idle: workerSeconds, imbalance: number() },
    ),
    memory: object(
      {},
      {
        peakResident: number(),
        samples: object(
          {
            at: column(seconds, MAX_MEMORY_SAMPLES),
            resident: column(number(), MAX_MEMORY_SAMPLES),
          },
          { heapUsed: column(number(), MAX_MEMORY_SAMPLES) },
        ),
      },
    ),
    routes: tree(LEAVES),
    place: object({}, { items: integer(), seconds, why: sentence }),
    driver: object({}, { busy: seconds, starting: seconds }),
    helpers: number(0, MAX_SECONDS * MAX_WORKERS),
    io: leaves(LEAVES),
    perWorker: list(
      object(
        { worker: integer(0, MAX_WORKERS - 1) },
        {
          ready: seconds,
          chunks: integer(),
          items: integer(),
          useful: workerSeconds,
          read: workerSeconds,
          transfer: workerSeconds,
          gc: workerSeconds,
          idle: workerSeconds,
          bytesOut: number(),
          bytesIn: number(),
          bytesRead: number(),
          cpu: workerSeconds,
          runQueue: workerSeconds,
          starting: seconds,
          heapUsed: number(),
        },
      ),
      MAX_WORKERS,
    ),
    chunks: object({}, { count: integer(), lost: integer() }),
    slowest: list(
      object(
        { start: integer(), end: integer(), seconds },
        { item: integer(), itemSeconds: seconds, preview: text(PREVIEW) },
      ),
      MAX_SLOWEST,
    ),
    advice: list(
      object(
        { id: text(20), title: sentence },
        {
          evidence: sentence,
          savingSeconds: number(-MAX_SECONDS, MAX_SECONDS),
          savingError: seconds,
          change: sentence,
          docs: sentence,
        },
      ),
      MAX_ADVICE,
    ),
    spans: object(
      {
        count: integer(),
        recorded: integer(0, MAX_SPANS),
        worker: workerColumn,
        start: indexColumn,
        end: indexColumn,
        begin: spanColumn,
        decode: spanColumn,
        read: spanColumn,
        run: spanColumn,
        encode: spanColumn,
      },
      { duration: spanColumn },
    ),
    gc: object({ worker: workerColumn, begin: spanColumn, duration: spanColumn }, {}),
    options: leaves(LEAVES),
    overhead: object({}, { seconds, share: number() }),
    environment: leaves(LEAVES),
  },
);

/**
 * Reads untrusted JSON as the record of a run. What is absent or null stays absent and unknown
 * fields are ignored, so records of older and newer versions open; what is there but cannot be
 * right is refused with its place. Texts are cut, lists bounded.
 *
 * @example
 * const reading = readRecord(JSON.parse(text));
 * if (reading.kind === "refused") console.error(refusalText(reading));
 */
export function readRecord(json: unknown): Reading {
  try {
    checkSchema(json);
    const { ratio = nothingMoved(json) ? null : undefined, ...rest } = shape(json, "");
    const record: RunRecord = {
      schema: "swath.report/1",
      ...rest,
      ...(ratio === undefined ? {} : { ratio }),
    };
    if (record.spans !== undefined) checkSpans(record.spans);
    if (record.gc !== undefined) checkPauses(record.gc);
    if (record.memory !== undefined) checkSamples(record.memory);
    return { kind: "record", record };
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return { kind: "refused", at: error.at, expected: error.expected, got: error.got };
  }
}

/** "Cannot show this report: expected `wall` to be …, got …" */
export function refusalText({ at, expected, got }: Refusal): string {
  const what = at === "" ? "it to be" : `\`${at}\` to be`;
  return `Cannot show this report: expected ${what} ${expected}, got ${got}`;
}

function checkSchema(json: unknown): void {
  if (typeof json !== "object" || json === null) throw new Misfit("", "an object", json);
  const schema: unknown = Object.hasOwn(json, "schema") ? Reflect.get(json, "schema") : undefined;
  if (schema !== "swath.report/1") throw new Misfit("schema", '"swath.report/1"', schema);
}

/** Null says that there was no communication, and so no ratio. */
function nothingMoved(json: unknown): boolean {
  return (json as { readonly ratio?: unknown }).ratio === null;
}

function checkSpans({ count, recorded, ...columns }: Spans): void {
  sameLengths(columns, recorded, "spans");
  if (recorded > count) throw new Misfit("spans.recorded", `at most ${count}`, recorded);
  const { start, end } = columns;
  for (let i = 0; i < recorded; i++) {
    const from = start[i] as number;
    if ((end[i] as number) < from) throw new Misfit(`spans.end[${i}]`, `at least ${from}`, end[i]);
  }
}

function checkPauses(gc: GcPauses): void {
  sameLengths({ ...gc }, gc.begin.length, "gc");
}

function checkSamples({ samples }: Memory): void {
  if (samples === undefined) return;
  sameLengths({ ...samples }, samples.at.length, "memory.samples");
  for (let i = 1; i < samples.at.length; i++) {
    const before = samples.at[i - 1] as number;
    if (!((samples.at[i] as number) >= before)) {
      throw new Misfit(`memory.samples.at[${i}]`, `at least ${before}`, samples.at[i]);
    }
  }
}

function sameLengths(
  columns: Readonly<Record<string, Float64Array>>,
  length: number,
  at: string,
): void {
  for (const [key, { length: got }] of Object.entries(columns)) {
    if (got !== length) throw new Misfit(`${at}.${key}`, `${length} entries long`, got);
  }
}
