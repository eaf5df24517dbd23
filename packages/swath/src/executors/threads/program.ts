import { existsSync } from "node:fs";
import { callingScript } from "../../task/calling-script.ts";
import { PACKED_ENTRY } from "./entry-text.ts";

// Not written as literals where they are used: bundlers would copy the files.
/** All that a thread needs in one file; the build makes it. */
const BUNDLED_FILE = "./swath-thread.cjs";
/** The same as it was compiled, where that step was left out. */
const COMPILED_FILE = "./thread-entry.js";

/** What a worker thread runs. */
export interface ThreadProgram {
  readonly entry: URL | string;
  /** Whether `entry` is the program itself. */
  readonly eval: boolean;
}

let known: ThreadProgram | undefined;

/**
 * The file with the program of a thread; where there is none beside this code (a bundle, an
 * archive, a single-file program) its text. A file is better where there is one: for a text
 * Node leaves modules out that were given with `--import`.
 */
export function threadProgram(): ThreadProgram {
  known ??= findProgram(import.meta.url as string | undefined);
  return known;
}

function findProgram(home: string | undefined): ThreadProgram {
  // A bundler may have kept the name of this file: what lies beside it may be another version.
  const isHome = home !== undefined && home === callingScript(findProgram);
  if (isHome && !/\.asar[\\/]/.test(home)) {
    const bundled = new URL(BUNDLED_FILE, home);
    if (existsSync(bundled)) return { entry: bundled, eval: false };
  }
  if (PACKED_ENTRY !== undefined) return { entry: unpacked(PACKED_ENTRY), eval: true };
  return { entry: new URL(COMPILED_FILE, home), eval: false };
}

function unpacked(entry: string): string {
  // Not imported: every thread that imports swath would load it.
  const { brotliDecompressSync } = process.getBuiltinModule("node:zlib");
  return brotliDecompressSync(Buffer.from(entry, "base64")).toString();
}
