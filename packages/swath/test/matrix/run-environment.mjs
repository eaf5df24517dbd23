// Runs programs of the matrix and says what went wrong.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { EXPECTED, PROGRAMS } from "./project/expected.mjs";

/** A program that has not ended by itself after so many milliseconds hangs. */
const WATCHDOG_MS = 60_000;

/**
 * Runs a program that prints its results.
 *
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function runProgram(program, cwd, node, args) {
  const { error, stdout, stderr } = await run(node, args, cwd);
  if (error !== null) return `${endOf(error)}: ${stderr || stdout}`;
  if (stderr !== "") return `printed on stderr: ${stderr}`;
  try {
    if (isDeepStrictEqual(JSON.parse(stdout), EXPECTED[program])) return undefined;
  } catch {
    // Told below.
  }
  return `expected ${JSON.stringify(EXPECTED[program])}, got ${stdout || "nothing"}`;
}

/** Runs the tests of a project, one for each program; gives what went wrong with each. */
export async function runVitest(cwd, node, pool) {
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const args = [vitest, "run", `--pool=${pool}`, "--reporter=json"];
  const { error, stdout, stderr } = await run(node, args, cwd);
  let tests = [];
  try {
    tests = JSON.parse(stdout.slice(stdout.indexOf("{"))).testResults.flatMap(
      (file) => file.assertionResults,
    );
  } catch {
    // Told below: no test is there then.
  }
  const problems = PROGRAMS.map((program) => {
    const test = tests.find(({ title }) => title === program);
    if (test === undefined) return [program, `did not run: ${error && endOf(error)} ${stderr}`];
    if (test.status !== "passed") return [program, test.failureMessages.join("\n")];
    return [program, error === null ? undefined : `${endOf(error)}: ${stderr}`];
  });
  return Object.fromEntries(problems);
}

function run(node, args, cwd) {
  const options = { cwd, timeout: WATCHDOG_MS, killSignal: "SIGKILL", env: plainEnvironment() };
  return new Promise((resolve) => {
    execFile(node, args, options, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
  });
}

/** Not what a test runner or a loader around this program has set. */
function plainEnvironment() {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|TEST$|NODE_ENV$|NODE_OPTIONS$|TSX|SWATH_|TINYPOOL)/.test(name),
  );
  return Object.fromEntries(entries);
}

function endOf({ killed, signal, code }) {
  return killed
    ? `did not end by itself within ${WATCHDOG_MS / 1e3} s`
    : `ended with ${signal ?? code}`;
}
