import type { ScheduleName } from "../schedules/registry.ts";

/** What would be different in a run; all else stays as it was. */
export interface Change {
  /** 1 to 1,024. */
  readonly workers?: number | undefined;
  readonly schedule?: ScheduleName | undefined;
  /** Items; null: without the option. */
  readonly chunk?: number | null | undefined;
  /** How items reach the workers. */
  readonly route?: "copy" | "move" | "share" | "read" | undefined;
  /** `columns`: results stay packed. `stay`: they are not sent back, but written or reduced. */
  readonly results?: "columns" | "stay" | undefined;
  /** Whether what goes to each worker once lies in memory that all see. */
  readonly sharesBroadcast?: boolean | undefined;
  /** Whether the threads have been started before. */
  readonly isWarm?: boolean | undefined;
  /** Whether the caller's thread does nothing but send and receive. */
  readonly isDriverFree?: boolean | undefined;
  /** What the work itself costs, as a share of what it did. */
  readonly compute?: number | undefined;
  readonly machine?: Machine | undefined;
}

/** Another machine, or several. */
export interface Machine {
  /** @default as many as there were; with more workers than there were, at least one for each */
  readonly cores?: number | undefined;
  /** Seconds that a message takes between the driver and a worker. @default as between threads */
  readonly latency?: number | undefined;
  /** Bytes a second between them, either way. @default no bound */
  readonly bandwidth?: number | undefined;
}

/** Most workers that a replay is asked for. */
export const MAX_WORKERS = 1_024;
/** Most indices for which a replay of `balanced` has a cost each. */
export const MAX_COSTED = 2_000_000;
