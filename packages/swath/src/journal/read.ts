import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { JournalDamagedError } from "../errors.ts";
import type { JournalHeader } from "./header.ts";
import { sumOf } from "./line.ts";
import { decodeMember } from "./values.ts";

/** Name and version of the format. */
export const SCHEMA = "swath.journal/1";
/** How every journal begins, so that no other file is taken for one that was torn. */
const BEGIN = `{"schema":"${SCHEMA}"`;

/** What a journal says of one chunk. Its results are read when they are asked for. */
export interface FinishedChunk {
  readonly start: number;
  readonly end: number;
  /** @throws JournalDamagedError if the file has changed since it was opened */
  readonly values: ArrayLike<unknown>;
}

/** A journal as it lies on disk. */
export interface SavedJournal {
  readonly header: JournalHeader;
  /** Checksum of the header, from which those of all other lines start. */
  readonly seed: number;
  /** Sorted by start; they do not overlap. */
  readonly finished: readonly FinishedChunk[];
  readonly isComplete: boolean;
  /** Bytes up to the end of the last whole line; what follows was torn. */
  readonly length: number;
}

/**
 * Reads a journal.
 *
 * @returns undefined if there is nothing in it yet: no file, or not even a whole header
 * @throws JournalDamagedError if it is no journal, or a line before the last whole one is not
 *   as it was written
 */
export function readJournal(path: string): SavedJournal | undefined {
  const fd = openOrUndefined(path);
  if (fd === undefined) return undefined;
  try {
    return new Reader(path).read(fd);
  } finally {
    closeSync(fd);
  }
}

function openOrUndefined(path: string): number | undefined {
  try {
    return openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

interface Line {
  readonly bytes: Buffer;
  readonly offset: number;
  /** False for bytes after the last newline. */
  readonly isWhole: boolean;
}

class Reader {
  readonly #path: string;
  #header: (JournalHeader & { readonly schema: string }) | undefined;
  #seed = 0;
  readonly #chunks: FinishedChunk[] = [];
  #isComplete = false;
  #length = 0;
  #number = 0;
  /** The first line that is not as it was written: the end was torn, if no good one follows. */
  #bad: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  read(fd: number): SavedJournal | undefined {
    this.#assertJournal(fd);
    for (const line of linesOf(fd)) {
      this.#number++;
      if (this.#header === undefined) {
        if (!this.#readHeader(line)) return undefined;
      } else this.#readChunk(line);
    }
    if (this.#header === undefined) return undefined;
    this.#chunks.sort((a, b) => a.start - b.start);
    this.#assertDisjoint();
    return {
      header: this.#header,
      seed: this.#seed,
      finished: this.#chunks,
      isComplete: this.#isComplete,
      length: this.#length,
    };
  }

  /** Before anything is read in full: it may be a large file of another kind. */
  #assertJournal(fd: number): void {
    if (!fstatSync(fd).isFile()) throw new Error("it is not a file");
    const bytes = Buffer.alloc(BEGIN.length);
    const begin = bytes.toString("latin1", 0, readSync(fd, bytes, 0, BEGIN.length, 0));
    if (!BEGIN.startsWith(begin)) this.#refuse(1, "is not the header of a journal of swath");
  }

  /** False if the header was torn: then nothing was ever recorded. */
  #readHeader({ bytes, isWhole }: Line): boolean {
    if (!isWhole) return false;
    const sum = sumOf(bytes, 0);
    if (sum === undefined) this.#refuse(1, "is not as it was written");
    this.#header = JSON.parse(bytes.toString()) as JournalHeader & { readonly schema: string };
    this.#seed = sum;
    this.#length = bytes.length + 1;
    return true;
  }

  #readChunk({ bytes, offset, isWhole }: Line): void {
    const isGood = isWhole && sumOf(bytes, this.#seed) !== undefined;
    if (!isGood) {
      this.#bad ??= this.#number;
      return;
    }
    if (this.#bad !== undefined) this.#refuse(this.#bad, "is not as it was written");
    this.#length = offset + bytes.length + 1;
    const place = CHUNK.exec(bytes.toString("latin1", 0, CHUNK_CHARS));
    if (place === null) this.#isComplete ||= bytes.toString().startsWith(COMPLETE);
    else this.#chunks.push(this.#chunk(Number(place[1]), Number(place[2]), offset, bytes.length));
  }

  #chunk(start: number, end: number, offset: number, length: number): FinishedChunk {
    const number = this.#number;
    const read = () => {
      const bytes = readRange(this.#path, offset, length);
      if (bytes === undefined || sumOf(bytes, this.#seed) === undefined) {
        this.#refuse(number, "has changed while the job ran");
      }
      return this.#valuesOf(number, JSON.parse(bytes.toString()));
    };
    return {
      start,
      end,
      get values() {
        return (read() ?? []) as ArrayLike<unknown>;
      },
    };
  }

  #valuesOf(number: number, line: Readonly<Record<string, unknown>>): unknown {
    try {
      return decodeMember("values", line);
    } catch (cause) {
      const what = "was written by a newer Node and cannot be read by this one";
      throw new JournalDamagedError(this.#path, number, what, { cause });
    }
  }

  #assertDisjoint(): void {
    let before = 0;
    for (const { start, end } of this.#chunks) {
      if (start < before || end <= start) {
        this.#refuse(this.#number, `or one before it repeats the chunk ${start}–${end}`);
      }
      before = end;
    }
  }

  #refuse(line: number, what: string): never {
    throw new JournalDamagedError(this.#path, line, what);
  }
}

/** The line of a job that came to its end begins so. */
export const COMPLETE = '{"kind":"complete"';
const CHUNK = /^\{"kind":"chunk","start":(\d+),"end":(\d+)/;
/** The longest match of {@link CHUNK}: two safe integers. */
const CHUNK_CHARS = 80;
/** Bytes that are read at a time. */
const READ_BYTES = 1 << 20;

function* linesOf(fd: number): Generator<Line> {
  let rest: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(READ_BYTES);
    const count = readSync(fd, piece, 0, READ_BYTES, null);
    if (count === 0) break;
    let begin = 0;
    for (;;) {
      const end = piece.subarray(0, count).indexOf(0x0a, begin);
      if (end < 0) break;
      const bytes = joined(rest, piece.subarray(begin, end));
      yield { bytes, offset, isWhole: true };
      offset += bytes.length + 1;
      rest = [];
      begin = end + 1;
    }
    if (begin < count) rest.push(piece.subarray(begin, count));
  }
  if (rest.length > 0) yield { bytes: Buffer.concat(rest), offset, isWhole: false };
}

function joined(rest: readonly Buffer[], last: Buffer): Buffer {
  return rest.length === 0 ? last : Buffer.concat([...rest, last]);
}

function readRange(path: string, offset: number, length: number): Buffer | undefined {
  const fd = openOrUndefined(path);
  if (fd === undefined) return undefined;
  try {
    const bytes = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const count = readSync(fd, bytes, done, length - done, offset + done);
      if (count === 0) return undefined;
      done += count;
    }
    return bytes;
  } finally {
    closeSync(fd);
  }
}
