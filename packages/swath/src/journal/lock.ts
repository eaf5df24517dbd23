import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { JournalLockedError } from "../errors.ts";

/** Who holds a lock, as its file says. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, by the kernel's count: a number is given to many processes. */
  readonly began?: string | undefined;
}

/**
 * Takes the lock of a journal: a file beside it that only one program can make. That of a
 * program which has ended without removing it is taken over.
 *
 * @returns what gives it back
 * @throws JournalLockedError if somebody else has it
 */
export function lockJournal(path: string): () => void {
  const lock = `${path}.lock`;
  const { pid } = process;
  const own = JSON.stringify({ pid, host: hostname(), began: beginOf(pid) } satisfies Holder);
  if (!create(lock, own)) {
    const text = readOrUndefined(lock);
    if (text !== undefined && isHeld(text)) throw new JournalLockedError(path, lock, parse(text));
    if (text !== undefined) removeStale(path, lock, text);
    if (!create(lock, own)) throw new JournalLockedError(path, lock, {});
  }
  return () => {
    if (readOrUndefined(lock) === own) unlinkSync(lock);
  };
}

function create(lock: string, text: string): boolean {
  try {
    writeFileSync(lock, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Another host's processes cannot be asked; a lock that cannot be read was torn. */
function isHeld(text: string): boolean {
  const { pid, host, began } = parse(text);
  if (pid === undefined) return false;
  if (host !== hostname()) return true;
  return isAlive(pid) && (began === undefined || began === beginOf(pid));
}

/** Moved away before it is removed: in between another program may have made a new one. */
function removeStale(path: string, lock: string, text: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = readOrUndefined(aside);
  try {
    if (moved === text) return;
    linkSync(aside, lock);
    throw new JournalLockedError(path, lock, parse(moved ?? ""));
  } finally {
    unlinkSync(aside);
  }
}

function parse(text: string): Partial<Holder> {
  try {
    return JSON.parse(text) as Partial<Holder>;
  } catch {
    return {};
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Field 22 of Linux's /proc/<pid>/stat; undefined elsewhere. The name before may hold blanks. */
function beginOf(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
