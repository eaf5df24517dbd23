import { closeSync, fstatSync, fsync, ftruncateSync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";

/** What was recorded is written at the latest after this time: so much a `kill -9` may lose. */
const FLUSH_MS = 100;
/** Or when so much waits: large enough for few writes, small beside the results themselves. */
const FLUSH_CHARS = 256 * 1024;

/**
 * Appends whole lines to a file, many by one write. Writes are synchronous: what waits is
 * bounded, and a slow disk slows the job instead of filling the memory.
 */
export class LineWriter {
  readonly #fd: number;
  readonly #onFailure: (error: unknown) => void;
  /** Bytes of whole lines in the file. */
  #length: number;
  #lines: string[] = [];
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  /** After a failure nothing more is written: it would stand behind half a line. */
  #isBroken = false;

  /** @param length bytes of the file to keep; the rest is cut off */
  constructor(path: string, length: number, onFailure: (error: unknown) => void) {
    this.#fd = openSync(path, "a");
    this.#length = length;
    this.#onFailure = onFailure;
    try {
      if (fstatSync(this.#fd).size > length) ftruncateSync(this.#fd, length);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  add(line: string): void {
    if (this.#isBroken) return;
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#waiting >= FLUSH_CHARS) return this.flush();
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(this.#lines.join(""));
    this.#lines = [];
    this.#waiting = 0;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
      this.#length += bytes.length;
    } catch (error) {
      this.#breakOff(error);
    }
  }

  /** Writes what waits, at once; then has the disk confirm it, and closes the file. */
  async close(): Promise<void> {
    this.flush();
    this.#isBroken = true;
    try {
      await promisify(fsync)(this.#fd);
    } catch (error) {
      // Files that are no files, such as pipes, cannot be confirmed.
      if ((error as NodeJS.ErrnoException).code !== "EINVAL") this.#onFailure(error);
    } finally {
      closeSync(this.#fd);
    }
  }

  #breakOff(error: unknown): void {
    this.#isBroken = true;
    try {
      ftruncateSync(this.#fd, this.#length);
    } catch {}
    this.#onFailure(error);
  }
}
