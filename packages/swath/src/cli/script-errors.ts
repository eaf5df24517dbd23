import { basename, extname } from "node:path";
import { inspect } from "node:util";
import { isSwathError, isWithoutPlace, messageOf } from "../plugin.ts";
import { EXIT, failureOf } from "./exit.ts";

/** What the program that runs a script has to say to its errors. */
export interface ErrorManners {
  /** Whether an error is nothing to tell of. */
  isExpected?(error: unknown): boolean;
  /** Makes room for what is told. */
  clear?(): void;
}

/**
 * Prints what the script throws, or a promise of its that nobody awaited, once, and ends the
 * program. A script that listens to its errors sees to them itself.
 */
export function tellErrors({ isExpected, clear }: ErrorManners = {}): void {
  process.on("uncaughtException", (error) => {
    if (isExpected?.(error) || process.listenerCount("uncaughtException") > 1) return;
    clear?.();
    if (isWithoutPlace(error)) return leaveToNode(error);
    process.stderr.write(`${textOf(error)}\n`);
    process.exit(EXIT.failed);
  });
}

/** File, line and place of an error in the syntax are shown by Node alone, if nobody listens. */
function leaveToNode(error: unknown): void {
  process.removeAllListeners("uncaughtException");
  process.nextTick(() => {
    throw error;
  });
}

function textOf(error: unknown): string | undefined {
  if (isSwathError(error)) return failureOf(error).text;
  const message = messageOf(error);
  const [, file = ""] = TOP_LEVEL_AWAIT.exec(message) ?? [];
  if (file !== "") return topLevelAwaitText(file);
  // Its stack leads through the compiler, and the message to the place.
  return UNCOMPILED.test(message) ? `swath: ${message}` : inspect(error);
}

/** How the compiler of `tsx` fails. */
const UNCOMPILED = /^Transform failed with \d+ error/;
const TOP_LEVEL_AWAIT = /^(.+):\d+:\d+: ERROR: Top-level await is .* "cjs"/m;

function topLevelAwaitText(file: string): string {
  const ending = extname(file);
  const remedies = [
    'put "type": "module" into its package.json',
    ...(ending === ".tsx" ? [] : [`name it ${basename(file, ending)}.mts`]),
  ];
  return `swath: ${file} has a top-level \`await\`, but Node ${process.versions.node} takes it for CommonJS. To make it an ES module, ${remedies.join(", or ")}`;
}
