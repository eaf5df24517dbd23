import { isSwathError, messageOf } from "../plugin.ts";

/** Exit codes of the command line. */
export const EXIT = {
  ok: 0,
  /** Something could not be done. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** A figure is not what `--assert` asked for. */
  assertion: 4,
  /** Ended because its terminal was closed. */
  hungUp: 129,
  /** Ended by Ctrl-C. */
  interrupted: 130,
  /** Ended by SIGTERM. */
  terminated: 143,
} as const;

/** What an error means for the command line. */
export interface Failure {
  readonly code: number;
  /** For stderr; undefined where nothing is left to say. */
  readonly text: string | undefined;
}

/** Turns anything that was thrown into an exit code and one clear message. */
export function failureOf(error: unknown): Failure {
  if (isInterrupt(error)) return { code: error.exitCode, text: undefined };
  if (isSwathError(error, "SWATH_INVALID_OPTION")) {
    return { code: EXIT.usage, text: `swath: ${messageOf(error)}` };
  }
  if (isSwathError(error)) {
    const cause = isSwathError(error, "SWATH_TASK_FAILED") ? stackOf(error.cause) : undefined;
    return {
      code: EXIT.failed,
      text: [`swath: ${messageOf(error)}`, cause].filter(Boolean).join("\n"),
    };
  }
  return { code: EXIT.failed, text: `swath: ${stackOf(error) ?? messageOf(error)}` };
}

/** The reason with which a command is cancelled when the user interrupts it. */
export class Interrupt extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("interrupted");
    this.exitCode = exitCode;
  }
}

function isInterrupt(error: unknown): error is Interrupt {
  return error instanceof Interrupt;
}

function stackOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("stack" in error)) return undefined;
  return typeof error.stack === "string" ? error.stack : undefined;
}
