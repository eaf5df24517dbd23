import { existsSync, lstat, realpath, realpathSync, type Stats, stat, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { InvalidOptionError } from "swath/worker";
import { type GlobOptions, glob, isDynamicPattern } from "tinyglobby";
import { isImageName } from "./image-names.ts";

/** The files that an argument stands for. */
export interface ListedFiles {
  /** Absolute, in the order of the arguments and sorted within each. */
  readonly paths: readonly string[];
  /** The folder below which all of them lie, however many of them there are today. */
  readonly base: string;
}

/** Options of {@link listFiles}. */
export interface ListOptions {
  /**
   * A folder whose files do not count, under whatever names: what is written there must not come
   * back.
   */
  readonly except?: string | undefined;
}

/**
 * The files that paths, folders and glob patterns stand for. A folder stands for all images in
 * it and below, by the endings of their names; a path for itself, whether it exists or not. A link
 * that leads nowhere counts as a file: whoever reads it tells.
 *
 * @throws InvalidOptionError for a pattern that matches nothing but files of `except`, and where
 *   nothing is given
 */
export async function listFiles(
  files: string | readonly string[],
  { except }: ListOptions = {},
): Promise<ListedFiles> {
  const inputs = assertFiles(files);
  const paths: string[] = [];
  const bases: string[] = [];
  const counts = countsBeside(except);
  for (const input of inputs) {
    const { found, base } = await expand(input);
    const kept = found.filter(counts);
    if (kept.length === 0) {
      const hint =
        found.length === 0 ? "" : `. Files in the output folder "${except}" are left out`;
      const expected = "paths, folders or patterns that match images";
      throw new InvalidOptionError("files", expected, input, hint);
    }
    for (const path of kept) paths.push(path);
    bases.push(base);
  }
  return { paths, base: bases.reduce(commonFolder) };
}

/** Tells files that count from those in `except`; symbolic links to folders are followed. */
function countsBeside(except: string | undefined): (path: string) => boolean {
  if (except === undefined || !existsSync(except)) return () => true;
  const left = realpathSync(except);
  const known = new Map<string, boolean>();
  return (path) => {
    const folder = dirname(path);
    const counts = known.get(folder) ?? !isInside(join(realPath(folder), "x"), left);
    known.set(folder, counts);
    return counts;
  };
}

/** Where a path leads in the end; itself where there is nothing. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

/** @throws InvalidOptionError unless it is a path or some */
export function assertFiles(files: string | readonly string[]): readonly string[] {
  const inputs = typeof files === "string" ? [files] : files;
  const isRight =
    Array.isArray(inputs) &&
    inputs.length > 0 &&
    inputs.every((input) => typeof input === "string" && input !== "");
  if (!isRight) throw new InvalidOptionError("files", "a path or a list of paths", files);
  return inputs;
}

async function expand(input: string): Promise<{ found: readonly string[]; base: string }> {
  const path = resolve(input);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder) {
    const all = await search("**", { cwd: path, dot: false });
    return { found: sorted(all.filter(isImageName)), base: path };
  }
  if (existsSync(path) || !isDynamicPattern(input)) return { found: [path], base: dirname(path) };
  return { found: sorted(await search(input)), base: resolve(fixedPart(input)) };
}

function search(pattern: string, options: GlobOptions = {}): Promise<readonly string[]> {
  return glob(pattern, { ...options, absolute: true, fs: KEEPING_BROKEN_LINKS });
}

/** Takes links that cannot be followed for files, where the search would drop them. */
const KEEPING_BROKEN_LINKS = {
  realpath: (path: string, done: (error: null, real: string) => void) =>
    realpath(path, (error, real) => done(null, error === null ? real : path)),
  stat: (path: string, done: (error: Error | null, stats: Stats) => void) =>
    stat(path, (error, stats) => (error === null ? done(null, stats) : lstat(path, done))),
} as unknown as NonNullable<GlobOptions["fs"]>;

/** The same order on every machine. */
function sorted(paths: readonly string[]): readonly string[] {
  return paths.map((path) => resolve(path)).toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}

/** The folders of a pattern before the first that is one itself. */
function fixedPart(pattern: string): string {
  const parts = pattern.split("/");
  const first = parts.findIndex((part) => isDynamicPattern(part));
  const fixed = parts.slice(0, first < 0 ? -1 : first).join("/");
  return fixed === "" && pattern.startsWith("/") ? "/" : fixed || ".";
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (!isInside(join(b, "x"), folder)) folder = dirname(folder);
  return folder;
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
