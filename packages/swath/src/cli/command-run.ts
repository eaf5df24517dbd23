import { withInterrupt } from "./interrupt.ts";
import type { JobFlags } from "./job-flags.ts";
import { type Followed, ProgressLine, type ProgressUnit } from "./progress.ts";

/** A verb of a kit while it runs. */
export interface RunningVerb<T> extends PromiseLike<T>, Followed {}

/** How a command's progress is told. */
export interface ProgressLabel {
  readonly label: string;
  readonly unit: ProgressUnit;
}

/**
 * Starts a verb and sees it through: shows its progress on stderr, and cancels it on Ctrl-C.
 *
 * @param start gets the signal to pass on
 */
export async function runVerb<T>(
  flags: JobFlags,
  { label, unit }: ProgressLabel,
  start: (signal: AbortSignal) => RunningVerb<T>,
): Promise<T> {
  return withInterrupt(async (signal) => {
    const verb = start(signal);
    const line = new ProgressLine(verb, label, flags.quiet ? "none" : flags.progress, unit);
    try {
      return await verb;
    } finally {
      line.stop();
    }
  });
}

/** Prints a result: the document with `--json`, else the text. Both end with one newline. */
export function printResult(
  flags: { readonly json?: boolean },
  document: object,
  text: string,
): void {
  process.stdout.write(flags.json ? `${JSON.stringify(document)}\n` : `${text}\n`);
}
