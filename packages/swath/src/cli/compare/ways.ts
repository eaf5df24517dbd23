import type { PlanFlags } from "../job-flags.ts";

/** One way of doing the loops of a script. */
export interface ScriptWay {
  readonly id: string;
  readonly flags: PlanFlags;
}

/** What can be varied about a loop. */
export interface LoopChoices {
  readonly routes: readonly string[];
  readonly schedules: readonly string[];
  /** Options that the script sets itself: varying them would change nothing. */
  readonly set: readonly string[];
  /** Worker counts to try, each at least 1. */
  readonly workers: readonly number[];
}

/**
 * The ways that make sense: in one thread, which comes first; as swath itself would do it on each
 * number of workers; and on the most workers by every route and schedule that the loop allows.
 */
export function waysFor({ routes, schedules, set, workers }: LoopChoices): readonly ScriptWay[] {
  const counts = set.includes("workers") ? [undefined] : workers;
  const most = counts.length === 1 ? counts[0] : Math.max(...workers);
  const own = (name: string, names: readonly string[]) =>
    set.includes(name) ? [undefined] : names.filter((word) => word !== "auto");
  const serial: ScriptWay = { id: SERIAL, flags: { workers: 0 } };
  const plain = counts.map((count) => wayOf(count, undefined, undefined));
  const crossed = own("route", routes).flatMap((route) =>
    own("schedule", schedules).map((schedule) => wayOf(most, route, schedule)),
  );
  const ways = [...(set.includes("workers") ? [] : [serial]), ...plain, ...crossed];
  return [...new Map(ways.map((way) => [way.id, way])).values()];
}

/** Name of the way that the others are compared with. */
export const SERIAL = "one thread";

function wayOf(
  workers: number | undefined,
  route: string | undefined,
  schedule: string | undefined,
): ScriptWay {
  const threads = workers === undefined ? "" : `${workers} worker${workers === 1 ? "" : "s"}`;
  const words = [threads, route, schedule ?? (route === undefined ? "auto" : undefined)];
  return {
    id: words.filter(Boolean).join(", "),
    flags: { workers, route, schedule } as PlanFlags,
  };
}
