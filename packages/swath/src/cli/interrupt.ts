import { EXIT, Interrupt } from "./exit.ts";

/**
 * Runs `work` with a signal that Ctrl-C, SIGTERM or SIGHUP aborts, so that it can clean up; a second one
 * ends the program at once.
 */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (code: number) => {
    if (controller.signal.aborted) process.exit(code);
    process.stderr.write("\nswath: stopping; press Ctrl-C again to end at once\n");
    controller.abort(new Interrupt(code));
  };
  const onInterrupt = () => stop(EXIT.interrupted);
  const onTerminate = () => stop(EXIT.terminated);
  const onHangUp = () => stop(EXIT.hungUp);
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  process.on("SIGHUP", onHangUp);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", onInterrupt);
    process.off("SIGTERM", onTerminate);
    process.off("SIGHUP", onHangUp);
  }
}
