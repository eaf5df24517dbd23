import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { Command } from "commander";
import type { JobOptions } from "../index.ts";
import { InvalidOptionError } from "../plugin.ts";

/** Flags of a command that can go on where an earlier run of it ended. */
export interface JournalFlags {
  readonly journal?: string;
  readonly resume?: boolean;
  readonly force?: boolean;
}

/** Adds the flags of {@link JournalFlags} to a command. */
export function addJournalFlags(command: Command): Command {
  return command
    .option("--journal <file>", "note finished chunks, to go on from after a stop or a crash")
    .option("--resume", "go on with the journal of an earlier run")
    .option("--force", "with --resume: use its results though items or functions have changed");
}

/** The `journal` option of a command that is one loop. */
export function journalOptionFrom(flags: JournalFlags): Pick<JobOptions, "journal"> {
  assertJournal(flags);
  const { journal, force = false } = flags;
  return journal === undefined ? {} : { journal: { path: journal, force } };
}

/**
 * A journal goes on only on demand: whoever starts a command anew expects that it runs.
 *
 * @throws InvalidOptionError
 */
export function assertJournal({ journal, resume, force }: JournalFlags): void {
  if (journal === undefined) {
    if (!resume && !force) return;
    const flag = resume ? "--resume" : "--force";
    throw new InvalidOptionError(flag, "given with --journal <file>", flag);
  }
  const isThere = (statSync(journal, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (isThere && isCutOff(journal)) {
    const expected = resume ? "a whole journal" : "a file that does not exist yet";
    const hint =
      ". It was cut off before anything was noted: delete it, and begin without --resume";
    throw new InvalidOptionError("--journal", expected, journal, hint);
  }
  if (resume && !isThere) {
    const hint = ". There is nothing to go on with: leave out --resume to begin";
    throw new InvalidOptionError("--journal", "a journal that exists", journal, hint);
  }
  if (!resume && isThere) {
    const hint = ". Go on with it by --resume, or delete it to begin anew";
    throw new InvalidOptionError("--journal", "a file that does not exist yet", journal, hint);
  }
  if (force && !resume) throw new InvalidOptionError("--force", "given with --resume", "--force");
}

/** How every journal begins. */
const BEGIN = '{"schema":"swath.journal/';
/** More than the first line of any journal takes. */
const HEADER_BYTES = 1 << 20;

/** Whether a file is a journal whose first line, which is written before all else, has no end. */
function isCutOff(path: string): boolean {
  const begin = beginOf(path);
  if (begin === undefined) return false;
  const isJournal = begin.startsWith(BEGIN) || BEGIN.startsWith(begin);
  return isJournal && begin.length < HEADER_BYTES && !begin.includes("\n");
}

/** Undefined for what is no file or cannot be read, which the job tells of. */
function beginOf(path: string): string | undefined {
  if (!statSync(path).isFile()) return undefined;
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const bytes = Buffer.alloc(HEADER_BYTES);
    return bytes.toString("latin1", 0, readSync(fd, bytes, 0, HEADER_BYTES, 0));
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
