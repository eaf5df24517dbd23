// Cells and helpers that run in a process of their own.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** Debian's own interpreter first: apt's numpy, numba and rasterio belong to it alone. */
export const python =
  process.env.SWATH_BENCH_PYTHON ??
  (existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3");

/** One thread inside each library: the cells say how many threads or processes work. */
const ENVIRONMENT = {
  GDAL_PAM_ENABLED: "NO",
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  MKL_NUM_THREADS: "1",
  PYTHONDONTWRITEBYTECODE: "1",
};

/** A process that takes longer hangs: the slowest honest cell takes about 30 s. */
const TIMEOUT_MS = 180_000;

/** Where there are more than two cores, every cell gets the same two. */
const PIN =
  process.platform === "linux" && availableParallelism() > 2 && existsSync("/usr/bin/taskset")
    ? ["/usr/bin/taskset", "-c", "0,1"]
    : [];

/** Command line of a Node script under bench/. */
export function nodeScript(script, ...args) {
  return [process.execPath, benchPath(script), ...args.map(String)];
}

/** Command line of a Python script under bench/. */
export function pythonScript(script, ...args) {
  return [python, benchPath(script), ...args.map(String)];
}

/** Absolute path of something under bench/. */
export function benchPath(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/**
 * Runs a command to its end and reads the JSON in its last line of output.
 *
 * @param {readonly string[]} command program and arguments
 * @param {{ pin?: boolean }} [options] pin: hold it to two cores, default true
 * @returns {Promise<{ kind: "answer", answer: Record<string, unknown> } | { kind: "absent", reason: string }
 *   | { kind: "failed", reason: string }>} absent: the peer is not installed, by its own word
 */
export async function runForAnswer(command, { pin = true } = {}) {
  const { code, stdout, stderr } = await run(pin ? [...PIN, ...command] : command);
  if (code !== 0) return { kind: "failed", reason: errorOf(stderr) ?? `exit code ${code}` };
  try {
    const answer = JSON.parse(lastLines(stdout, 1));
    return "absent" in answer
      ? { kind: "absent", reason: answer.absent }
      : { kind: "answer", answer };
  } catch {
    return { kind: "failed", reason: `Expected one line of JSON, got ${lastLines(stdout, 3)}` };
  }
}

/**
 * Runs a command to its end, or kills it.
 *
 * @param {readonly string[]} command program and arguments
 * @param {{ timeout?: number }} [options] timeout in ms, default 180 s
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
export function run([program, ...args], { timeout = TIMEOUT_MS } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...ENVIRONMENT },
    });
    const timer = setTimeout(() => {
      stderr += `\nError: no end after ${timeout / 1000} s`;
      child.kill("SIGKILL");
    }, timeout);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => (stdout += data));
    child.stderr.on("data", (data) => (stderr += data));
    child.on("error", (error) => resolve({ code: -1, stdout, stderr: error.message }));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}

/** The line that names the error, or the last one. */
function errorOf(stderr) {
  const lines = stderr.trim().split("\n");
  return (
    lines.find((line) => /^\w*(Error|Exception)\b|^\w+Error \[/.test(line)) ||
    lines.at(-1) ||
    undefined
  );
}

function lastLines(text, count) {
  return text.trim().split("\n").slice(-count).join("\n");
}
