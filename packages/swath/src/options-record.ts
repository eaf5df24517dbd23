import type { ResolvedOptions } from "./options.ts";
import type { Leaf } from "./report/report.ts";

/** What was settled beyond the options themselves. */
export interface SettledOptions {
  readonly workers: number;
  readonly schedule: string;
  readonly route: string;
  /** Where results are written. */
  readonly into: boolean;
  /** Whether workers give back what they have no time for. */
  readonly givesBack: boolean;
}

/**
 * What a job runs with, as a report shows it: every option that has a value, values that are no
 * numbers or words as `true`.
 */
export function optionsRecord(
  options: ResolvedOptions,
  { workers, schedule, route, into, givesBack }: SettledOptions,
): Readonly<Record<string, Leaf>> {
  const { chunk, inFlight, timeout, maxItemsPerWorker, maxMemoryPerWorker, stdio } = options;
  const { init, costs, journal, resourceLimits = {}, report } = options;
  const leaves: Readonly<Record<string, Leaf | undefined>> = {
    workers,
    inline: options.inline,
    schedule,
    chunk,
    route,
    results: options.results,
    into: into || undefined,
    givesBack: givesBack || undefined,
    inFlight,
    onError: options.onError,
    retries: options.retries,
    retryDelay: options.retryDelay,
    timeout,
    loadTimeout: options.loadTimeout,
    init: init === undefined ? undefined : init.name || true,
    with: options.with === undefined ? undefined : true,
    costs: costs === undefined ? undefined : true,
    journal: journal?.path,
    stdio,
    maxItemsPerWorker,
    maxMemoryPerWorker,
    ...Object.fromEntries(
      Object.entries(resourceLimits).map(([name, limit]) => [`resourceLimits.${name}`, limit]),
    ),
    calibrate: report.calibrate || undefined,
  };
  const set = Object.entries(leaves).filter(([, leaf]) => leaf !== undefined);
  return Object.fromEntries(set) as Record<string, Leaf>;
}
