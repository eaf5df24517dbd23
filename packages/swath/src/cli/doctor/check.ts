/** What one look at the machine has shown. */
export interface Check {
  readonly name: string;
  readonly status: "ok" | "warn";
  /** What was found, with its figures. */
  readonly text: string;
  /** What to do about it; undefined where nothing is to be done. */
  readonly advice?: string;
  /** The figures themselves: seconds, bytes, bytes per second, counts. */
  readonly figures: Readonly<Record<string, number | string | null>>;
}
