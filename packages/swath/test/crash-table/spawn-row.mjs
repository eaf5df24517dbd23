import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./run-row.mjs", import.meta.url));
const PRELOAD = new URL("./fixtures/preload.mjs", import.meta.url).href;
/** A row that has not ended by itself after so many milliseconds hangs. */
const WATCHDOG_MS = 20_000;

/**
 * Runs a row as a program of its own.
 *
 * @param {import("./table.mjs").Row} row
 * @param {string} mode one of `modesOf(row)`
 * @param {string} node path of the Node that runs it
 * @returns {Promise<{ problems: string[], ms?: number, stderr: string }>}
 *   what the program said; a hang, a bad exit and a missing answer are problems too
 */
export async function spawnRow(row, mode, node = process.execPath) {
  const flags = row.preload === undefined ? [] : ["--import", PRELOAD];
  const child = spawn(node, [...flags, PROGRAM, row.name, mode], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      texts[name] += text;
    });
  }
  let hangs = false;
  const watchdog = setTimeout(() => {
    hangs = true;
    child.kill("SIGKILL");
  }, WATCHDOG_MS);
  const end = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
  clearTimeout(watchdog);
  const lines = texts.stdout.split("\n").filter((line) => line.startsWith('{"row"'));
  const answer = lines.length === 1 ? JSON.parse(lines[0]) : {};
  const problems = [...(answer.problems ?? [])];
  if (lines.length !== 1) problems.push(`printed ${lines.length} answers: ${texts.stdout}`);
  if (hangs) problems.push(`did not end by itself within ${WATCHDOG_MS / 1e3} s`);
  else if (end !== 0) problems.push(`ended with ${end}: ${texts.stderr}`);
  return { ...answer, problems, stderr: texts.stderr };
}
