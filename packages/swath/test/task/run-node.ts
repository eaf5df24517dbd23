import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What a program left behind. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the fixtures to its own end; one that never ends fails the test. */
export function outputOf(program: string, ...flags: readonly string[]): Promise<Output> {
  const path = fileURLToPath(new URL(`../fixtures/${program}`, import.meta.url));
  // Marks of the test runner are not the program's.
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...flags, path],
      { timeout: 25_000, env },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout: stdout.trim(), stderr: stderr.trim() });
      },
    );
  });
}
