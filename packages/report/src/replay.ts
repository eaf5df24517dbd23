/** What would be different in another run. */
export interface Change {
  readonly workers?: number;
  readonly schedule?: string;
  /** Items per chunk. */
  readonly chunk?: number;
  readonly route?: string;
}

/**
 * Answers what a run would have taken under other settings, by replaying its measured costs. A page
 * shows its what-if panel only where it is given one.
 */
export interface Replay {
  /** Seconds of wall time, and times as fast as one thread. */
  predict(change: Change): { readonly wall: number; readonly speedup: number };
  /** Schedules and routes that it knows. */
  readonly schedules: readonly string[];
  readonly routes: readonly string[];
}
