import { resolve } from "node:path";
import {
  InvalidOptionError,
  isSwathError,
  JournalFailedError,
  JournalMismatchError,
} from "../errors.ts";
import { changesBetween, type JournalHeader } from "./header.ts";
import { sealLine, sumOf } from "./line.ts";
import { lockJournal } from "./lock.ts";
import { COMPLETE, type FinishedChunk, readJournal, type SavedJournal, SCHEMA } from "./read.ts";
import { encodeMember } from "./values.ts";
import { LineWriter } from "./writer.ts";

/** What a journal is opened with. */
export interface JournalRequest {
  readonly path: string;
  /** Uses the results of a job whose function or items have changed. @default false */
  readonly force?: boolean | undefined;
  /** Whether there must be a journal already, or must not be. @default "any" */
  readonly existing?: "any" | "must" | "never" | undefined;
}

/** An open journal of one job: what is finished, and where more is recorded. */
export interface Journal {
  /** Absolute. */
  readonly path: string;
  /** Sorted by start; they do not overlap. Results are read from the file when asked for. */
  readonly finished: readonly FinishedChunk[];
  /** Settles with what went wrong when results can no longer be recorded; else never. */
  readonly failed: Promise<JournalFailedError>;
  /** The same, at once. */
  readonly failure: JournalFailedError | undefined;
  /** Records a chunk. Never throws: what goes wrong is told by `failed`. */
  record(start: number, end: number, values: ArrayLike<unknown>): void;
  /**
   * Writes what waits and gives the lock back before it returns; the promise settles when the
   * disk has confirmed it, and never rejects. A finished job's journal stays, marked complete.
   */
  close(outcome: "finished" | "stopped"): Promise<void>;
}

/**
 * Opens the journal of a job, or begins one.
 *
 * @throws JournalMismatchError, JournalDamagedError, JournalLockedError, JournalFailedError;
 *   InvalidOptionError if `existing` is not so
 */
export function openJournal(request: JournalRequest, header: JournalHeader): Journal {
  const path = resolve(request.path);
  const unlock = attempt(path, "open", () => lockJournal(path));
  try {
    const saved = attempt(path, "read", () => readJournal(path));
    assertExisting(request, saved);
    if (saved !== undefined) assertSame(path, saved.header, header, request.force ?? false);
    return attempt(path, "write", () => new FileJournal(path, saved, header, unlock));
  } catch (error) {
    unlock();
    throw error;
  }
}

function attempt<T>(path: string, what: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (isSwathError(cause)) throw cause;
    throw new JournalFailedError(path, what, { cause });
  }
}

function assertExisting({ existing, path }: JournalRequest, saved: SavedJournal | undefined): void {
  if (existing === "must" && saved === undefined) {
    const hint = ". There is nothing to go on with: leave out `--resume` to begin";
    throw new InvalidOptionError("journal", "a journal that exists", path, hint);
  }
  if (existing === "never" && saved !== undefined) {
    const hint = ". Go on with it by `--resume`, or delete it to begin anew";
    throw new InvalidOptionError("journal", "a path where there is no journal yet", path, hint);
  }
}

function assertSame(path: string, saved: JournalHeader, now: JournalHeader, force: boolean): void {
  const changes = changesBetween(saved, now);
  if (changes.length === 0) return;
  const isForceable = changes.every((change) => change.isForceable);
  if (force && isForceable) return;
  throw new JournalMismatchError(
    path,
    changes.map(({ text }) => text),
    isForceable,
  );
}

class FileJournal implements Journal {
  readonly path: string;
  readonly finished: readonly FinishedChunk[];
  readonly failed: Promise<JournalFailedError>;
  readonly #writer: LineWriter;
  readonly #unlock: () => void;
  readonly #seed: number;
  readonly #isComplete: boolean;
  #fail!: (error: JournalFailedError) => void;
  failure: JournalFailedError | undefined;
  #isClosing = false;
  #closing: Promise<void> | undefined;

  constructor(
    path: string,
    saved: SavedJournal | undefined,
    header: JournalHeader,
    unlock: () => void,
  ) {
    this.path = path;
    this.finished = saved?.finished ?? [];
    this.#isComplete = saved?.isComplete ?? false;
    this.#unlock = unlock;
    this.failed = new Promise((settle) => {
      this.#fail = settle;
    });
    this.#writer = new LineWriter(path, saved?.length ?? 0, (error) => this.#failWith(error));
    this.#seed = saved?.seed ?? this.#begin(header);
    atExit.add(this);
  }

  record(start: number, end: number, values: ArrayLike<unknown>): void {
    if (this.failure !== undefined || this.#closing !== undefined) return;
    try {
      const results = values.length === 0 ? "" : encodeMember("values", values);
      const json = `{"kind":"chunk","start":${start},"end":${end}${results}}`;
      this.#writer.add(sealLine(json, this.#seed));
    } catch (error) {
      this.#failWith(error, `write the results of chunk ${start}–${end} to`);
    }
  }

  close(outcome: "finished" | "stopped"): Promise<void> {
    this.#closing ??= this.#close(outcome);
    return this.#closing;
  }

  /** For a program that ends in the middle of things. */
  abandon(): void {
    this.#writer.flush();
    this.#unlock();
  }

  #close(outcome: "finished" | "stopped"): Promise<void> {
    if (outcome === "finished" && !this.#isComplete && this.failure === undefined) {
      this.#writer.add(sealLine(`${COMPLETE}}`, this.#seed));
    }
    this.#isClosing = true;
    // Runs up to the last write before it returns.
    const closed = this.#writer.close();
    this.#unlock();
    atExit.delete(this);
    return closed;
  }

  /** Written at once, so that whoever looks sees a journal. Returns its checksum. */
  #begin(header: JournalHeader): number {
    const created = new Date().toISOString();
    const versions = { schema: SCHEMA, created, node: process.versions.node };
    const line = sealLine(JSON.stringify({ ...versions, ...header }), 0);
    this.#writer.add(line);
    this.#writer.flush();
    return sumOf(Buffer.from(line.trimEnd()), 0) as number;
  }

  #failWith(cause: unknown, what = "write"): void {
    if (this.failure !== undefined) return;
    const error = new JournalFailedError(this.path, what, { cause });
    this.failure = error;
    // The job is over and cannot fail any more.
    if (this.#isClosing) process.emitWarning(`${error.message}. Its last results are not in it`);
    this.#fail(error);
  }
}

/** Journals that must be written and unlocked if the program exits now. */
class AtExit {
  readonly #open = new Set<FileJournal>();
  readonly #onExit = () => {
    for (const journal of this.#open) journal.abandon();
  };

  add(journal: FileJournal): void {
    if (this.#open.size === 0) process.on("exit", this.#onExit);
    this.#open.add(journal);
  }

  delete(journal: FileJournal): void {
    this.#open.delete(journal);
    if (this.#open.size === 0) process.off("exit", this.#onExit);
  }
}

const atExit = new AtExit();
