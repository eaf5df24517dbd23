import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PARENT = ".swath";
/** Characters that tell runs apart that began in the same second. */
const MARK_LENGTH = 3;

/**
 * Makes a folder for what a run leaves behind, `.swath/runs/2026-11-20T14-54-07-k3f`, below
 * `home`; `.swath/runs/last` leads to it. All of `.swath` is kept out of Git.
 *
 * @throws as `mkdirSync` does
 */
export function makeRunFolder(home: string, at = new Date()): string {
  const parent = join(home, PARENT);
  const runs = join(parent, "runs");
  mkdirSync(runs, { recursive: true });
  keepOutOfGit(parent);
  const stamp = at.toISOString().slice(0, 19).replaceAll(":", "-");
  const mark = Math.random()
    .toString(36)
    .slice(2, 2 + MARK_LENGTH);
  const name = `${stamp}-${mark}`;
  mkdirSync(join(runs, name));
  linkLast(runs, name);
  return join(runs, name);
}

function keepOutOfGit(parent: string): void {
  try {
    writeFileSync(join(parent, ".gitignore"), "*\n", { flag: "wx" });
  } catch {
    // It is there already, or Git will see the folder: no reason to lose a report.
  }
}

/** A convenience that some file systems do not offer. */
function linkLast(runs: string, name: string): void {
  const link = join(runs, "last");
  try {
    rmSync(link, { force: true });
    symlinkSync(name, link, "junction");
  } catch {
    // The folder has its own name all the same.
  }
}
