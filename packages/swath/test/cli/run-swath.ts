import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The built command line, as `npm` links it. */
export const MAIN = fileURLToPath(new URL("../../dist/bundle/main.js", import.meta.url));

/** What came of one command. */
export interface Ran {
  /** Exit code; undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Is told when the command has started. */
  readonly started?: (child: ChildProcess) => void;
  /** Another copy of the command line. */
  readonly main?: string;
}

/** Runs `swath …` as a program of its own, with pipes for its output. */
export async function swath(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return run(process.execPath, [options.main ?? MAIN, ...args], options);
}

/** Runs a line of shell in which `$SWATH` is the command line. */
export async function shell(line: string, options: RunOptions = {}): Promise<Ran> {
  const env = { ...options.env, SWATH: `${process.execPath} ${MAIN}` };
  return run("bash", ["-c", `set -o pipefail; ${line}`], { ...options, env });
}

async function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { CI: _, ...inherited } = process.env;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...inherited, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  options.started?.(child);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done({ code: code ?? undefined, ...texts }));
  });
}
