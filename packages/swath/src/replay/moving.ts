import type { Change } from "./change.ts";
import type { Costs } from "./costs.ts";
import type { RecordedRun, Traffic } from "./recorded-run.ts";

/** Structured clone of arrays of bytes, on either side: little more than a copy of memory. */
const COPY_BYTES_PER_S = 2e9;
/** Reading from the page cache into fresh memory. */
const READ_BYTES_PER_S = 2e9;
/** Sending and receiving a memory that changes hands. */
const MOVE_ITEM_S = 3e-6;
/**
 * Writing results into columns as the loop makes them: measured are 340 MB/s for records with a
 * string, 430 to 590 for numbers and records of them, 640 to 850 for lists and polygons.
 */
const PACK_BYTES_PER_S = 500e6;
/** What is left of receiving packed columns when nothing is made of them. */
const UNPACKED_BYTES_PER_S = 5e9;

/** What moving costs in a changed run, in seconds, beside each chunk's own cost. */
export interface Moving {
  /** Of the driver's thread, for each index. */
  readonly send: number;
  readonly receive: number;
  readonly make: number;
  /** Of a worker, for a range of indices. */
  readonly decode: (start: number, end: number) => number;
  readonly encode: (start: number, end: number) => number;
}

/** What moving data costs in a run with something changed. */
export function movingOf(run: RecordedRun, costs: Costs, change: Change): Moving {
  return { ...inputOf(run, costs, change), ...resultsOf(run, costs, change) };
}

/** Routes that a replay can change the input's to; the one that it took is among them. */
export function routesFrom(input: Traffic | undefined): readonly NonNullable<Change["route"]>[] {
  if (input === undefined) return [];
  switch (input.route) {
    case "copy":
      return ["copy", "move", "share", "read"];
    case "move":
      return ["copy", "move", "share"];
    case "read":
      return input.read > 0 ? ["copy", "read"] : ["read"];
    case "share":
      return ["share"];
    default:
      return [];
  }
}

function inputOf(run: RecordedRun, costs: Costs, { route }: Change) {
  const { input } = run;
  const between = costs.decode.between;
  const isSame = route === undefined || route === input?.route;
  if (isSame || input === undefined || !routesFrom(input).includes(route)) {
    return { send: costs.send, decode: between };
  }
  const perIndex = (seconds: number) => (costs.indexCount === 0 ? 0 : seconds / costs.indexCount);
  const flat = (each: number) => (start: number, end: number) => each * (end - start);
  const bytes = input.copied + input.moved;
  switch (route) {
    case "copy": {
      const each = perIndex((input.route === "read" ? input.read : bytes) / COPY_BYTES_PER_S);
      return { send: each, decode: flat(each) };
    }
    case "move":
      return { send: run.unit * MOVE_ITEM_S, decode: flat(run.unit * MOVE_ITEM_S) };
    case "share":
      return { send: 0, decode: flat(0) };
    case "read":
      return { send: 0, decode: flat(perIndex(bytes / READ_BYTES_PER_S)) };
    default:
      return route satisfies never;
  }
}

function resultsOf({ results }: RecordedRun, costs: Costs, { results: kind }: Change) {
  const { receive, make, encode } = costs;
  if (kind === undefined) return { receive, make, encode: encode.between };
  if (kind === "stay") return { receive: 0, make: 0, encode: () => 0 };
  const bytes = results === undefined ? 0 : results.copied + results.moved;
  const perIndex = (seconds: number) => (costs.indexCount === 0 ? 0 : seconds / costs.indexCount);
  const packing = perIndex(bytes / PACK_BYTES_PER_S);
  return {
    receive: Math.min(receive, perIndex(bytes / UNPACKED_BYTES_PER_S)),
    make: 0,
    encode: (start: number, end: number) =>
      Math.min(encode.between(start, end), packing * (end - start)),
  };
}
