import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { SwathError } from "../../plugin.ts";

/** What came of a program. */
export interface ChildOutcome {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  /** The end of what it printed, up to 16 MiB. */
  readonly stdout: string;
  /** SHA-256 of all that it printed; undefined where that was nothing. */
  readonly stdoutDigest: string | undefined;
  /** Whether stdout was still open some time after its end: something it started may print yet. */
  readonly isCut: boolean;
  /** The end of what it said, up to 64 KiB. */
  readonly stderr: string;
}

/** A program that was started to be measured did not come to its end. */
export class ChildFailedError extends SwathError {
  readonly code = "SWATH_CHILD_FAILED";
}

/** How long a program may take to put its things away after it was told to end, in ms. */
const END_MS = 8_000;
/** How long its output may stay open after it has ended: what it started may hold it, in ms. */
const LINGER_MS = 1_000;
const STDOUT_BYTES = 16 * 2 ** 20;
const STDERR_BYTES = 64 * 2 ** 10;

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
    env: { ...process.env, ...env, SWATH_JOURNAL: "off", SWATH_RESUME: undefined },
  });
  const digest = createHash("sha256");
  const stdout = new Tail(STDOUT_BYTES);
  const stderr = new Tail(STDERR_BYTES);
  child.stdout.on("data", (bytes: Buffer) => {
    digest.update(bytes);
    stdout.add(bytes);
  });
  child.stderr.on("data", (bytes: Buffer) => stderr.add(bytes));
  let late: NodeJS.Timeout | undefined;
  let isCut = false;
  const end = () => {
    child.kill("SIGTERM");
    late = setTimeout(() => child.kill("SIGKILL"), END_MS);
  };
  const endAtOnce = () => void child.kill("SIGKILL");
  signal.addEventListener("abort", end, { once: true });
  process.on("exit", endAtOnce);
  return new Promise<ChildOutcome>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => {
      clearTimeout(late);
      late = setTimeout(() => {
        isCut = !child.stdout.readableEnded;
        child.stdout.destroy();
        child.stderr.destroy();
      }, LINGER_MS);
    });
    child.on("close", (code) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const stdoutDigest = stdout.isEmpty ? undefined : digest.digest("hex");
      resolve({ code, stdout: stdout.text(), stdoutDigest, isCut, stderr: stderr.text() });
    });
  }).finally(() => {
    clearTimeout(late);
    process.off("exit", endAtOnce);
    signal.removeEventListener("abort", end);
  });
}

/** The last bytes of a stream. */
class Tail {
  readonly #limit: number;
  /** Older than {@link #newer}; up to twice the limit are kept in all. */
  #older = Buffer.alloc(0);
  #newer: Buffer[] = [];
  #newerBytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isEmpty(): boolean {
    return this.#older.length + this.#newerBytes === 0;
  }

  add(part: Buffer): void {
    this.#newer.push(part);
    this.#newerBytes += part.length;
    if (this.#newerBytes >= this.#limit) {
      this.#older = Buffer.concat(this.#newer).subarray(-this.#limit);
      this.#newer = [];
      this.#newerBytes = 0;
    } else if (this.#newer.length >= MAX_PARTS) this.#newer = [Buffer.concat(this.#newer)];
  }

  text(): string {
    return Buffer.concat([this.#older, ...this.#newer])
      .subarray(-this.#limit)
      .toString("utf8");
  }
}

/** Lines come one by one, and each part takes more memory than it holds. */
const MAX_PARTS = 1_024;

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
