import type { Route } from "../sources/source.ts";
import type { JobFacts } from "./make-report.ts";
import type { Recording } from "./recorder.ts";
import type { RouteFigures, Routes } from "./report.ts";

/** Why items travel as they do. */
const WHY: Readonly<Record<Route, string>> = {
  copy: "items are copied by structured clone",
  move: "items are copied into memory of their own, which is moved",
  share: "items lie in memory that all threads see",
  read: "workers make or read the items themselves",
};

const HERE: RouteFigures = {
  route: "none",
  copied: 0,
  moved: 0,
  seconds: 0,
  why: "all ran in the caller's thread",
};

/** Which way everything went in a run, in bytes and seconds. */
export function routesOf(facts: JobFacts, recording: Recording): Routes {
  const { route, executor, bytesNeeded, sharedBytes } = facts;
  const bytesRead = sum(recording, (chunk) => chunk.bytesRead);
  const items = sum(recording, (chunk) => chunk.endItem - chunk.startItem);
  const inline = executor === "inline";
  return {
    items: route,
    bytesRead,
    ...(bytesNeeded === undefined ? {} : { bytesNeeded }),
    input: inline ? HERE : inputOf(route, recording, items * sharedBytes.input),
    broadcast: inline ? HERE : broadcastOf(facts),
    results: inline ? HERE : resultsOf(recording, items * sharedBytes.results),
  };
}

function inputOf(route: Route, recording: Recording, shared: number): RouteFigures {
  const { bytesOut, movedOut: moved, arraysOut, driverEncode } = recording;
  const copied = Math.max(0, bytesOut - moved);
  const isMoved = route === "copy" && moved > copied;
  const seconds = (driverEncode + sum(recording, (chunk) => chunk.decode)) / 1e3;
  const why = isMoved ? "items were numbers, or marked by `move`" : WHY[route];
  const way = isMoved ? "move" : route;
  const arrays = arraysOut > 0 ? { arrays: arraysOut } : {};
  return { route: way, copied, ...arrays, moved, ...sharedPart(shared), seconds, why };
}

function broadcastOf({ broadcast }: JobFacts): RouteFigures {
  const { bytes, workers, encode } = broadcast;
  const copied = bytes * workers;
  const why =
    copied === 0
      ? "there was nothing to copy: no `with`, nothing captured, or shared memory"
      : "`with` and what functions captured are copied to each worker once";
  return { route: copied === 0 ? "none" : "copy", copied, moved: 0, seconds: encode / 1e3, why };
}

function resultsOf(recording: Recording, shared: number): RouteFigures {
  const moved = sum(recording, (chunk) => chunk.moved ?? 0);
  const copied = Math.max(0, recording.bytesIn - moved);
  const seconds = (sum(recording, (chunk) => chunk.encode) + recording.driverDecode) / 1e3;
  if (shared > 0) {
    const why = "workers wrote them into the array of `into`";
    return { route: "share", copied, moved, ...sharedPart(shared), seconds, why };
  }
  if (copied + moved === 0) {
    return { route: "none", copied, moved, seconds, why: "there were no results" };
  }
  const isMoved = moved > copied;
  const why = isMoved ? "tasks marked them by `move`" : "results are copied by structured clone";
  return { route: isMoved ? "move" : "copy", copied, moved, seconds, why };
}

function sharedPart(shared: number): Pick<RouteFigures, "shared"> {
  return shared > 0 ? { shared: Math.round(shared) } : {};
}

function sum({ chunks }: Recording, value: (chunk: Recording["chunks"][number]) => number): number {
  return chunks.reduce((total, chunk) => total + value(chunk), 0);
}
