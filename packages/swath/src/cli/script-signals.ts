import { countText, interceptJobs, observeJobs } from "../plugin.ts";
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
 * Calls `act` on Ctrl-C, SIGTERM and SIGHUP as long as jobs run in this process, or what `act`
 * has begun. At other times they end the program, as they do without us: busy code of the script
 * would keep us from it.
 *
 * @param act gets the exit code for the signal; never rejects
 */
export function onSignalsOfJobs(
  act: (signal: NodeJS.Signals, code: number) => Promise<void>,
): void {
  const listeners = SIGNALS.map(([signal, code]) => {
    const listener = () => {
      begin();
      void act(signal, code).then(end);
    };
    return [signal, listener] as const;
  });
  let running = 0;
  const begin = () => {
    if (running++ === 0) for (const [signal, listener] of listeners) process.on(signal, listener);
  };
  const end = () => {
    if (--running > 0) return;
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
  // A job that is about to start, before it is told of, has a journal locked already.
  interceptJobs((call) => {
    begin();
    setImmediate(end);
    return call;
  });
  observeJobs(({ decided }) => {
    begin();
    void decided.then(end);
  });
}

/**
 * The first Ctrl-C (or SIGTERM, SIGHUP) while a job runs stops the jobs of the script gently,
 * tells how to go on, and ends the program; the second ends it at once. A script that listens to
 * the signal itself ends when it likes.
 *
 * @param resumeCommand what goes on where the run stopped; undefined where nothing was kept
 * @returns whether the program is being stopped
 */
export function stopOnSignals(watch: JobWatch, resumeCommand: string | undefined): () => boolean {
  let isStopping = false;
  let isTold = false;
  const tell = () => {
    if (!isTold) process.stderr.write(stoppedText(watch, resumeCommand));
    isTold = true;
  };
  const onSignal = async (signal: NodeJS.Signals, code: number): Promise<void> => {
    if (isStopping) process.exit(code);
    isStopping = true;
    const isHeard = process.listenerCount(signal) > 1;
    process.on("exit", () => {
      process.exitCode = code;
      // Many a script ends itself as soon as its job rejects.
      tell();
    });
    watch.clear();
    process.stderr.write(
      "\nswath: stopping; what runs has 5 s to end. Press Ctrl-C again to end at once\n",
    );
    await watch.stop(new Interrupt(code));
    tell();
    if (!isHeard) setTimeout(() => process.exit(code), SCRIPT_GRACE_MS).unref();
  };
  onSignalsOfJobs(onSignal);
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
