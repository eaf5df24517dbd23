import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SwathError } from "../../plugin.ts";

/** What came of a program. */
export interface ChildOutcome {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that was started to be measured did not come to its end. */
export class ChildFailedError extends SwathError {
  readonly code = "SWATH_CHILD_FAILED";
}

/** How long a program may take to put its things away after it was told to end, in ms. */
const END_MS = 8_000;

/** The command line itself, as a program to start. */
export function swathProgram(): string {
  // Bundled, this file lies beside main.js; compiled file by file, one folder below it.
  const bundled = import.meta.url.includes("/bundle/");
  return fileURLToPath(new URL(bundled ? "./main.js" : "../main.js", import.meta.url));
}

/** A Node program to run. */
export interface ChildRequest {
  readonly script: string;
  readonly args: readonly string[];
  /** Environment variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program, gently first, and rejects with its reason once it is gone. */
  readonly signal: AbortSignal;
}

/** Runs a Node program to its end and takes what it prints. */
export function runNode({ script, args, env, signal }: ChildRequest): Promise<ChildOutcome> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    // A terminal's Ctrl-C is for this program alone, which then ends the other gently.
    detached: process.platform !== "win32",
    // What is measured again and again must not go on with what it did before.
    env: { ...process.env, ...env, SWATH_JOURNAL: undefined, SWATH_RESUME: undefined },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  let late: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill("SIGTERM");
    late = setTimeout(() => child.kill("SIGKILL"), END_MS);
  };
  const endAtOnce = () => void child.kill("SIGKILL");
  signal.addEventListener("abort", end, { once: true });
  process.on("exit", endAtOnce);
  return new Promise<ChildOutcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ code, stdout, stderr });
    });
  }).finally(() => {
    clearTimeout(late);
    process.off("exit", endAtOnce);
    signal.removeEventListener("abort", end);
  });
}

/**
 * Runs a Node program and reads the JSON in its last line of output.
 *
 * @throws ChildFailedError with the end of what it said, if it fails or prints none
 */
export async function runForJson<T>(what: string, request: ChildRequest): Promise<T> {
  const { code, stdout, stderr } = await runNode(request);
  if (code !== 0) throw childFailed(what, code, stderr);
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(line) as T;
  } catch (cause) {
    throw new ChildFailedError(`${what} printed no JSON, but ${JSON.stringify(line)}`, { cause });
  }
}

/** Lines of what a failed program said that are repeated, but those of a stack. */
const SAID_LINES = 12;

/** The error of a program that failed, with the end of what it said. */
export function childFailed(what: string, code: number | null, stderr: string): ChildFailedError {
  const lines = stderr
    .trim()
    .split("\n")
    .filter((line) => !/^\s+at /.test(line));
  const said = lines.slice(-SAID_LINES).join("\n");
  const how = code === null ? "was ended by a signal" : `failed (exit code ${code})`;
  return new ChildFailedError(`${what} ${how}${said === "" ? "" : `:\n${said}`}`);
}
