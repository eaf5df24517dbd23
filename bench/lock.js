import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Takes the machine-wide benchmark lock, so that two runs never disturb each other.
 *
 * @param {string} path the lock file
 * @returns {() => void} gives the lock back
 * @throws {Error} if a living process holds it
 */
export function takeLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const holder = Number(readFileSync(path, "utf8"));
    if (isAlive(holder)) {
      throw new Error(`Process ${holder} is running a benchmark (${path}). Wait for it to end`, {
        cause: error,
      });
    }
    writeFileSync(path, String(process.pid));
  }
  return () => rmSync(path, { force: true });
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
