import { type CostCurve, costCurve } from "./cost-curve.ts";
import type { RecordedRun } from "./recorded-run.ts";
import { workClock } from "./work-clock.ts";

/**
 * What a run's work costs by itself: in seconds of a core that nothing else uses. Ranges are of
 * indices.
 */
export interface Costs {
  readonly indexCount: number;
  /** Of a worker: all but moving data. */
  readonly compute: CostCurve;
  /** Of a worker, for input and for results. */
  readonly decode: CostCurve;
  readonly encode: CostCurve;
  /** Of a worker, for each chunk whatever is in it. */
  readonly perChunk: number;
  /** Of the driver's thread, for each index. */
  readonly send: number;
  readonly receive: number;
  /** Of the driver's thread, for each index, once it has handed out more work: making values. */
  readonly make: number;
  /** Of the driver's thread, for each chunk whatever is in it. */
  readonly dispatch: number;
}

/** What handing out one chunk costs the driver's thread where nothing else is measured. */
const DISPATCH_S = 8e-6;
/** Structured clone of small objects: bytes a second, of the slower side. */
const CLONE_BYTES_PER_S = 150e6;
/** What a chunk costs apart from its bytes is at most this, on either side. */
const MAX_PER_CHUNK_S = 50e-6;

/** Takes a recorded run apart into what each index and each chunk cost. */
export function costsOf(run: RecordedRun): Costs {
  const { unit, chunks, input, results } = run;
  const indexCount = Math.ceil(run.items / unit);
  const count = run.sampledFrom?.count ?? (chunks.length || 1);
  const driverBusy = run.driverEncode + run.driverDecode + count * DISPATCH_S;
  const clock = workClock(run, driverBusy);
  const apart = (seconds: number, bytes: number) =>
    Math.min(MAX_PER_CHUNK_S, Math.max(0, seconds - bytes / CLONE_BYTES_PER_S) / count);
  const total = (part: "decode" | "encode") =>
    chunks.reduce((sum, chunk) => sum + (chunk[part] ?? 0), 0) * (count / (chunks.length || 1));
  const perDecode = apart(total("decode"), input?.copied ?? 0);
  const perEncode = apart(total("encode"), results?.copied ?? 0);
  const parts = chunks.map(({ start, end, begin, done, decode = 0, encode = 0 }) => {
    const range = { start: Math.floor(start / unit), end: Math.ceil(end / unit) };
    const speed = done > begin ? clock.between(begin, done) / (done - begin) : 1;
    return {
      compute: { ...range, cost: speed * Math.max(0, done - begin - decode - encode) },
      decode: { ...range, cost: speed * Math.max(0, decode - perDecode) },
      encode: { ...range, cost: speed * Math.max(0, encode - perEncode) },
    };
  });
  const curve = (part: "compute" | "decode" | "encode", whole?: number) => {
    const ranges = parts.map((each) => each[part]);
    return costCurve(ranges, indexCount, whole);
  };
  const [sendApart, receiveApart] = [
    apart(run.driverEncode, input?.copied ?? 0),
    apart(run.driverDecode, results?.copied ?? 0),
  ];
  const perIndex = (seconds: number) =>
    indexCount === 0 ? 0 : (clock.driverSpeed * Math.max(0, seconds)) / indexCount;
  const received = run.driverDecode - count * receiveApart;
  const isPacked = results !== undefined && results.packed > (results.copied + results.moved) / 2;
  return {
    indexCount,
    compute: curve("compute", run.sampledFrom?.seconds),
    decode: curve("decode"),
    encode: curve("encode"),
    perChunk: perDecode + perEncode,
    send: perIndex(run.driverEncode - count * sendApart),
    receive: isPacked ? 0 : perIndex(received),
    make: isPacked ? perIndex(received) : 0,
    dispatch: DISPATCH_S + sendApart + receiveApart,
  };
}
