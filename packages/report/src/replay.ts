/** What would be different in another run. */
export interface Change {
  readonly workers?: number;
  readonly schedule?: string;
  /** Items per chunk. */
  readonly chunk?: number;
  readonly route?: string;
}

/** What a replay can be asked. */
export interface ReplayScope {
  /** What the replay of the run itself misses by: 0.05 is 5 % too long. */
  readonly error: number;
  /** Schedules and routes of the input that it knows. */
  readonly schedules: readonly string[];
  readonly routes: readonly string[];
}

/** Seconds of wall time, and times as fast as one thread, where that is known. */
export interface Predicted {
  readonly wall: number;
  readonly speedup: number | null;
}

/**
 * Answers what a run would have taken under other settings, by replaying its measured costs. A page
 * shows its what-if panel only where it is given one.
 */
export interface Replay {
  /** Makes it ready, which may take a second; undefined where the record says too little. */
  open(): Promise<ReplayScope | undefined>;
  predict(change: Change): Promise<Predicted>;
}
