import { countText } from "../plugin.ts";
import { EXIT, Interrupt } from "./exit.ts";
import type { JobWatch } from "./job-watch.ts";

/** How long a script may go on after its jobs have been stopped, to put away its things. */
const SCRIPT_GRACE_MS = 1_000;

const SIGNALS = [
  ["SIGINT", EXIT.interrupted],
  ["SIGTERM", EXIT.terminated],
  ["SIGHUP", EXIT.hungUp],
] as const;

/**
 * The first Ctrl-C (or SIGTERM, SIGHUP) stops the jobs of the script gently, tells how to go on,
 * and ends the program; the second ends it at once. A script that listens to the signal itself
 * ends when it likes.
 *
 * @param resumeCommand what goes on where the run stopped; undefined where nothing was kept
 * @returns whether the program is being stopped
 */
export function stopOnSignals(watch: JobWatch, resumeCommand: string | undefined): () => boolean {
  let isStopping = false;
  let isTold = true;
  const tell = () => {
    if (!isTold) process.stderr.write(stoppedText(watch, resumeCommand));
    isTold = true;
  };
  const onSignal = async (signal: NodeJS.Signals, code: number): Promise<void> => {
    if (isStopping) process.exit(code);
    isStopping = true;
    process.on("exit", () => {
      process.exitCode = code;
      // Many a script ends itself as soon as its job rejects.
      tell();
    });
    if (watch.isBusy) {
      isTold = false;
      watch.clear();
      process.stderr.write(
        "\nswath: stopping; what runs has 5 s to end. Press Ctrl-C again to end at once\n",
      );
      await watch.stop(new Interrupt(code));
      tell();
    } else void watch.stop(new Interrupt(code));
    if (process.listenerCount(signal) > 1) return;
    setTimeout(() => process.exit(code), SCRIPT_GRACE_MS).unref();
  };
  for (const [signal, code] of SIGNALS) process.on(signal, () => void onSignal(signal, code));
  return () => isStopping;
}

function stoppedText({ unfinished }: JobWatch, resumeCommand: string | undefined): string {
  // All came to their end in time.
  if (unfinished.length === 0) return "";
  const lines = unfinished.map(({ task, progress: { done, total } }) => {
    const all = total === undefined ? "" : ` of ${countText(total)}`;
    return `swath: ${task} was stopped after ${countText(done)}${all} items`;
  });
  const isKept = unfinished.some(({ journal }) => journal !== undefined);
  if (!isKept)
    return [
      ...lines,
      "swath: nothing was kept; to go on next time, run with --journal FILE",
      "",
    ].join("\n");
  return [
    ...lines,
    "swath: to go on, run",
    `  ${resumeCommand ?? "the same command again"}`,
    "",
  ].join("\n");
}
