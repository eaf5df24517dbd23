import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
} from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { publishNew } from "swath/worker";
import { RasterWriteError } from "./errors.ts";
import { writeFailure, writeFully } from "./write-fully.ts";

const fsyncAsync = promisify(fsync);

/** Read and write for all, less the process's umask. */
const NEW_FILE_MODE = 0o666;
const OWNER_MAY_WRITE = 0o600;
const PERMISSION_BITS = 0o777;

/** Options of {@link OutputFile.create}. */
export interface OutputFileOptions {
  /** Whether a file that has the name, or gets it meanwhile, is replaced. @default true */
  readonly overwrite?: boolean | undefined;
}

/** Where it goes, and what may be there. */
interface Target {
  readonly path: string;
  /** Permission bits of the file that has the name; undefined where there is none. */
  readonly mode: number | undefined;
  /** Whether it may replace what is there by then. */
  readonly overwrite: boolean;
}

/**
 * A file that appears under its name only when it is complete: written under a temporary
 * name in the same folder, then renamed. A file that had the name is replaced by that, and its
 * permissions stay; or, without `overwrite`, it is left as it is and this one is given up.
 *
 * Every method throws RasterWriteError, and then nothing is left behind.
 */
export class OutputFile implements Disposable {
  /** As it was given. */
  readonly path: string;
  /** What is being written; workers may open it and write at their own positions. */
  readonly temporaryPath: string;
  readonly #target: Target;
  #fd: number | undefined;
  #state: "open" | "committing" | "committed" | "aborted" = "open";

  private constructor(path: string, target: Target, temporaryPath: string, fd: number) {
    this.path = path;
    this.#target = target;
    this.temporaryPath = temporaryPath;
    this.#fd = fd;
  }

  /** Creates the temporary file; refuses a target that is a folder, device, pipe or socket. */
  static create(path: string, { overwrite = true }: OutputFileOptions = {}): OutputFile {
    try {
      const target = { ...finalTarget(path), overwrite };
      if (!overwrite && target.mode !== undefined) throw taken();
      // Two runs with the same target never share a temporary file.
      const temporaryPath = `${target.path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
      // Never more readable than what it replaces; workers open it again to write.
      const fd = openSync(temporaryPath, "wx", (target.mode ?? NEW_FILE_MODE) | OWNER_MAY_WRITE);
      return new OutputFile(path, target, temporaryPath, fd);
    } catch (error) {
      throw writeFailure(path, error);
    }
  }

  get state(): "open" | "committing" | "committed" | "aborted" {
    return this.#state;
  }

  /** Writes all of `bytes` at `position`, in bytes from the start of the file. */
  writeAt(bytes: Uint8Array, position: number): void {
    const fd = this.#openFd();
    try {
      writeFully(fd, bytes, position);
    } catch (error) {
      this.abort();
      throw writeFailure(this.path, error);
    }
  }

  /**
   * Gives the file its name.
   *
   * @param durable whether to wait until the disk has it
   */
  async commit(durable = true): Promise<void> {
    const fd = this.#openFd();
    this.#state = "committing";
    try {
      if (durable) await fsyncAsync(fd);
      // abort() may have been called meanwhile; the descriptor was then left to this method.
      if (this.state === "aborted") throw new Error("it was aborted");
      keepMode(fd, this.#target.mode);
      this.#close();
      const publish = this.#target.overwrite ? renameSync : publishNew;
      publish(this.temporaryPath, this.#target.path);
      this.#state = "committed";
    } catch (error) {
      this.#discard();
      throw writeFailure(this.path, error);
    }
    if (durable) await syncFolder(dirname(this.#target.path));
  }

  /** Removes what was written; does nothing once the file is committed. */
  abort(): void {
    if (this.#state === "committing") this.#state = "aborted";
    if (this.#state !== "open") return;
    this.#discard();
  }

  [Symbol.dispose](): void {
    this.abort();
  }

  #openFd(): number {
    if (this.#state === "open" && this.#fd !== undefined) return this.#fd;
    throw new RasterWriteError(this.path, `the file was ${this.#state} before`);
  }

  #discard(): void {
    this.#state = "aborted";
    try {
      this.#close();
      unlinkSync(this.temporaryPath);
    } catch {
      // What made it necessary to give up is the error to report, not this one.
    }
  }

  #close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }
}

/** The file that will be replaced: symbolic links are followed, as if it were written to. */
function finalTarget(path: string): Omit<Target, "overwrite"> {
  const link = lstatSync(path, { throwIfNoEntry: false });
  if (link === undefined) return { path, mode: undefined };
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    const reason = `it is a symbolic link that leads nowhere, to "${readlinkSync(path)}"`;
    throw new RasterWriteError(path, `${reason}. Remove it, or create what it leads to`);
  }
  assertReplaceable(path, stats);
  return { path: realpathSync(path), mode: stats.mode & PERMISSION_BITS };
}

function assertReplaceable(path: string, stats: Stats): void {
  if (stats.isDirectory()) throw Object.assign(new Error("EISDIR"), { code: "EISDIR" });
  if (stats.isFile()) return;
  throw new RasterWriteError(path, "it is not a regular file, and would be replaced by one");
}

function taken(): Error {
  return Object.assign(new Error("EEXIST"), { code: "EEXIST" });
}

/** The umask may have taken bits away, and the owner may not have been allowed to write. */
function keepMode(fd: number, mode: number | undefined): void {
  if (mode === undefined || (fstatSync(fd).mode & PERMISSION_BITS) === mode) return;
  fchmodSync(fd, mode);
}

/** Waits until the disk has a renamed file's new name. */
async function syncFolder(path: string): Promise<void> {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    await fsyncAsync(fd);
  } catch {
    // Windows and some network file systems refuse it; the file is complete either way.
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
