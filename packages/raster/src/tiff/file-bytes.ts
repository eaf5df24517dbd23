import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf } from "swath/worker";
import { RasterFileError } from "../errors.ts";
import type { FileIdentity } from "./image.ts";

/**
 * Small parts, such as the entries of a directory, lie close together: this many bytes are
 * read at once for them. One page: not much dearer than 4 bytes where they do not.
 */
const WINDOW_BYTES = 4096;

/**
 * Positional reads of a file's header parts, each checked against the file's size before
 * anything is allocated.
 *
 * The parts of an honest header do not overlap, so reading all of them costs at most the
 * file's size. That is the budget (twice, for slack): a file whose directories all point at
 * the same bytes runs out of it quickly, whatever sizes it claims.
 */
export class FileBytes implements Disposable {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly identity: FileIdentity;
  readonly #fd: number;
  #budget: number;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  /** @throws RasterFileError where the file is missing, unreadable or not a regular file */
  constructor(path: string) {
    this.path = resolve(path);
    const { fd, size, identity } = openForReading(this.path);
    this.#fd = fd;
    this.size = size;
    this.identity = identity;
    this.#budget = 2 * size + 65_536;
  }

  /**
   * The bytes from `offset` on; not to be changed.
   *
   * @param what names the part in an error
   * @throws RasterFileError where the file does not hold them
   */
  read(offset: number, length: number, what: string): Buffer {
    this.check(offset, length, what);
    if (length > WINDOW_BYTES) return this.#readAt(offset, length);
    const isInside =
      offset >= this.#windowStart && offset + length <= this.#windowStart + this.#window.length;
    if (!isInside) {
      this.#window = this.#readAt(offset, Math.min(WINDOW_BYTES, this.size - offset));
      this.#windowStart = offset;
    }
    const start = offset - this.#windowStart;
    return this.#window.subarray(start, start + length);
  }

  #readAt(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    readFully(this.#fd, { path: this.path, offset }, bytes, 0, length);
    return bytes;
  }

  /** @throws RasterFileError unless the file holds `length` bytes from `offset` on */
  check(offset: number, length: number, what: string): void {
    const place = { path: this.path, offset };
    if (offset + length > this.size) {
      throw new RasterFileError(
        place,
        `${what} takes ${length} bytes, but the file ends at ${this.size}: it is truncated or corrupt`,
      );
    }
    this.#budget -= length;
    if (this.#budget < 0) {
      throw new RasterFileError(
        place,
        `${what} overlaps other parts of the header, which claim more bytes than the file's ${this.size}: it is corrupt`,
      );
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

/** An open file, to be closed by who asked for it. */
export interface OpenFile {
  readonly fd: number;
  /** In bytes. */
  readonly size: number;
  readonly identity: FileIdentity;
}

/** A pipe without a writer would block for ever; Windows has no such flag. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** @throws RasterFileError with the system's reason, or where it is not a regular file */
export function openForReading(path: string): OpenFile {
  let fd: number;
  try {
    fd = openSync(path, READ_WITHOUT_WAITING);
  } catch (cause) {
    throw new RasterFileError({ path }, messageOf(cause), { cause });
  }
  const stat = fstatSync(fd);
  if (stat.isFile()) {
    return { fd, size: stat.size, identity: { inode: stat.ino, modifiedMs: stat.mtimeMs } };
  }
  closeSync(fd);
  const kind = stat.isDirectory() ? "a directory" : "not a regular file";
  throw new RasterFileError({ path }, `it is ${kind}`);
}

/**
 * Fill `into[start, start + length)` from position `place.offset` of the file: `readSync`
 * may stop short (at 2 GiB, or at a signal), this does not.
 *
 * @throws RasterFileError where the file ends first or the system refuses
 */
export function readFully(
  fd: number,
  place: { readonly path: string; readonly offset: number },
  into: Uint8Array,
  start: number,
  length: number,
): void {
  let done = 0;
  while (done < length) {
    let count: number;
    try {
      count = readSync(fd, into, start + done, length - done, place.offset + done);
    } catch (cause) {
      throw new RasterFileError(place, messageOf(cause), { cause });
    }
    if (count === 0) {
      throw new RasterFileError(place, `the file ends after ${done} of ${length} bytes`);
    }
    done += count;
  }
}
