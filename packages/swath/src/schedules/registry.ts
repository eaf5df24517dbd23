import { autoSchedule } from "./auto.ts";
import { balancedSchedule } from "./balanced.ts";
import { dynamicSchedule } from "./dynamic.ts";
import { guidedSchedule } from "./guided.ts";
import type { ScheduleFactory } from "./schedule.ts";
import { staticSchedule } from "./static.ts";
import { stealSchedule } from "./steal.ts";

/** The schedules by the names that options and the command line use. */
export const SCHEDULES = {
  auto: autoSchedule,
  static: staticSchedule,
  dynamic: dynamicSchedule,
  guided: guidedSchedule,
  balanced: balancedSchedule,
  steal: stealSchedule,
} as const satisfies Record<string, ScheduleFactory>;

/** Name of a schedule that is built in. */
export type ScheduleName = keyof typeof SCHEDULES;

/** Schedules that must know the number of items before the first chunk. */
export const NEEDS_LENGTH: ReadonlySet<string> = new Set<ScheduleName>([
  "static",
  "guided",
  "balanced",
  "steal",
]);
