import { messageOf } from "./errors.ts";
import type { JobCall } from "./job-call.ts";
import { type ResolvedOptions, resolveOptions } from "./options.ts";
import { whyNotInPlace } from "./place-policy.ts";
import { describePlan, type JobPlan, offeredRoutes, offeredSchedules, planJob } from "./plan.ts";
import type { JobSpec } from "./protocol/messages.ts";
import { explanationText } from "./report/explanation-text.ts";
import { broadcastWeight } from "./routes/broadcast.ts";
import { startCost } from "./routes/handover.ts";
import { weighEach } from "./routes/weigh.ts";
import type { Route } from "./sources/source.ts";
import { toSource } from "./sources/to-source.ts";
import { lostWriteText, searchCost } from "./task/describe.ts";
import type { LostWrite } from "./task/lost-writes.ts";

/** Items that are looked at. */
const SAMPLES = 64;

/** What would be done for a loop, and why; plain data beside `toString`. */
export interface Explanation {
  readonly task: string;
  readonly source: string;
  /** Number of items; undefined where it is known only at the end. */
  readonly items: number | undefined;
  /** Worker threads; 0 where the loop runs in the caller's thread. */
  readonly workers: number;
  readonly schedule: string;
  /** Routes that the items could take, the one that is taken if nobody asks for another first. */
  readonly routes: readonly Route[];
  /** Schedules that could serve. */
  readonly schedules: readonly string[];
  /** Where the loop begins. */
  readonly begins: "in place" | "on threads";
  /** Why there. */
  readonly why: string;
  /** Milliseconds until threads could run the first item, about. */
  readonly start: number;
  /** How workers find the function; undefined where they cannot. */
  readonly found: "by reference" | "as text with what it captured" | undefined;
  /** Why workers cannot have the function. */
  readonly refusal: string | undefined;
  /** What the function does that would be lost in a worker; undefined where nothing was found. */
  readonly warning: string | undefined;
  readonly input: ExplainedRoute;
  readonly broadcast: ExplainedRoute;
  readonly results: ExplainedRoute;
  /** The same as text for people. */
  toString(): string;
}

/** How something would travel. Bytes and milliseconds are estimates. */
export interface ExplainedRoute {
  readonly route: Route | "none";
  /** Of all items, or for each worker; undefined where it is not known. */
  readonly bytes: number | undefined;
  /** Of the caller's thread, to send it. */
  readonly encode: number | undefined;
  /** Of the workers, all together, to receive it. */
  readonly decode: number | undefined;
  readonly why: string;
}

/** Says what would be done for a call, and why, without doing it. */
export function explainCall({ request, source, fn, options, poolWorkers }: JobCall): Explanation {
  const { mode, initial, block, into } = request;
  const resolved = resolveOptions(options);
  const checked = toSource<unknown>(source);
  const ownWorkers = Math.min(resolved.workers, Math.max(1, checked.length ?? Infinity));
  const workers = poolWorkers ?? ownWorkers;
  const plan = planJob({
    source: checked,
    fn,
    mode,
    options: resolved,
    workers,
    initial,
    block,
    into,
  });
  const found: Found = workers === 0 ? plan : foundPlan(plan);
  const { spec, task, refusal, warning } = found;
  const how = workers === 0 || refusal !== undefined ? undefined : foundHow(spec);
  const explanation = {
    task: task.name,
    source: checked.name,
    items: checked.length,
    workers,
    schedule: plan.scheduleName,
    routes: offeredRoutes(checked),
    schedules: offeredSchedules(checked, resolved.costs),
    ...beginningOf(plan, resolved),
    start: workers === 0 ? 0 : startCost(workers, searchCost([fn])),
    found: how,
    refusal,
    warning,
    input: inputOf(plan),
    broadcast: broadcastOf(spec, workers),
    results: resultsOf(plan),
  };
  return Object.defineProperty(explanation as Explanation, "toString", {
    value: () => explanationText(explanation),
  });
}

interface Found extends Partial<Pick<Explanation, "refusal" | "warning">> {
  readonly spec: JobSpec;
  readonly task: JobPlan["task"];
}

function foundPlan(plan: JobPlan): Found {
  let warning: string | undefined;
  const onLostWrite = (write: LostWrite) => {
    warning = `${lostWriteText(write)}: each worker fills a copy of its own`;
  };
  try {
    const { spec, task } = describePlan(plan, { onLostWrite });
    return { spec, task, warning };
  } catch (error) {
    return { spec: plan.spec, task: plan.task, refusal: messageOf(error) };
  }
}

function foundHow({ task }: JobSpec): Explanation["found"] {
  return task.kind === "closure" ? "as text with what it captured" : "by reference";
}

function beginningOf(plan: JobPlan, options: ResolvedOptions): Pick<Explanation, "begins" | "why"> {
  if (plan.workers === 0) return { begins: "in place", why: "`workers` is 0" };
  const why = whyNotInPlace(plan, options);
  if (why !== undefined) return { begins: "on threads", why };
  const rule = "threads take over if they would be done sooner";
  return { begins: "in place", why: `\`inline\` is "auto": ${rule}` };
}

const NOTHING = { bytes: 0, encode: 0, decode: 0 } as const;
const UNKNOWN = { bytes: undefined, encode: undefined, decode: undefined } as const;

function inputOf({ source, route, spec }: JobPlan): ExplainedRoute {
  if (route === "share") return { route, ...NOTHING, why: "the items lie in shared memory" };
  if (source.access?.how === spec.source && source.access.payload !== undefined) {
    return { route, ...UNKNOWN, why: "each chunk's part of the columns is copied" };
  }
  if (spec.source.kind !== "payload") {
    return { route, ...NOTHING, why: "workers make or read the items from their index" };
  }
  const { length = 0 } = source;
  const some = source.items?.(0, Math.min(SAMPLES, length));
  if (some === undefined || "then" in some) {
    return { route, ...UNKNOWN, why: "items are copied as they come" };
  }
  const { bytes, encode, decode } = weighEach(some);
  const all = {
    bytes: Math.round(bytes * length),
    encode: encode * length,
    decode: decode * length,
  };
  if (route === "copy") return { route, ...all, why: "items are copied by structured clone" };
  const why = "each chunk's part is copied once, and the copy moved";
  return { route, bytes: all.bytes, encode: all.encode, decode: 0, why };
}

function resultsOf({ workers, spec }: JobPlan): ExplainedRoute {
  if (workers === 0) return { route: "none", ...NOTHING, why: "they never leave the thread" };
  if (spec.into !== undefined) {
    return { route: "share", ...NOTHING, why: "workers write them into the array of `into`" };
  }
  if (spec.results === "columns") {
    return { route: "move", ...UNKNOWN, why: "workers pack them into columns" };
  }
  const why =
    "packed in columns and moved, or as JSON, or by structured clone: the first show which";
  return { route: "none", ...UNKNOWN, why };
}

function broadcastOf(spec: JobSpec, workers: number): ExplainedRoute {
  const { bytes, encode, decode } = broadcastWeight(spec);
  if (workers === 0 || bytes === 0) {
    return { route: "none", ...NOTHING, why: "no `with`, nothing captured, or shared memory" };
  }
  const why = "`with` and captured values go to each worker once";
  return {
    route: "copy",
    bytes: Math.round(bytes),
    encode: encode * workers,
    decode: decode * workers,
    why,
  };
}
