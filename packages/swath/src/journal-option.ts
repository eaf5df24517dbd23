import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { assertKnownKeys, assertObject, assertOneOf } from "./assert.ts";
import { InvalidOptionError } from "./errors.ts";
import type { JournalRequest } from "./journal/journal.ts";
import type { JournalOption } from "./options.ts";

/** The `journal` option, checked. */
export interface ResolvedJournal extends JournalRequest {
  /** False where only the environment proposes it. */
  readonly isChosen: boolean;
}

/** Value of `SWATH_JOURNAL` with which no job has a journal, whatever its options say. */
const OFF = "off";

/** Values of `SWATH_RESUME`. */
const RESUME = {
  /** There must be a journal to go on with. */
  "1": { existing: "must" },
  /** There must be none yet. */
  "0": { existing: "never" },
  /** As "1", though function or items have changed. */
  force: { existing: "must", force: true },
} as const;

/**
 * Checks the `journal` option; without it `SWATH_JOURNAL` and `SWATH_RESUME` count, but not for
 * jobs inside worker threads, which would all take the same path. `SWATH_JOURNAL=off` counts for
 * all: who measures a program again and again wants it to do everything each time.
 *
 * @throws InvalidOptionError
 */
export function resolveJournal(
  option: string | URL | JournalOption | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): ResolvedJournal | undefined {
  if (option === undefined) return isMainThread ? proposedBy(environment) : undefined;
  const isPlace = typeof option === "string" || option instanceof URL;
  const { path, force = false } = isPlace ? { path: option } : checked(option);
  const file = fileOf(path);
  if (environment["SWATH_JOURNAL"] === OFF) return undefined;
  return { path: file, force, isChosen: true };
}

function fileOf(path: unknown): string {
  if (path instanceof URL && path.protocol === "file:") return fileURLToPath(path);
  if (typeof path === "string" && path !== "") return path;
  throw new InvalidOptionError("journal", "the path of a file, or its `file:` URL", path);
}

function checked(option: JournalOption): JournalOption {
  assertObject("journal", option);
  assertKnownKeys("journal", option, ["path", "force"]);
  if (option.force !== undefined && typeof option.force !== "boolean") {
    throw new InvalidOptionError("journal.force", "true or false", option.force);
  }
  return option;
}

function proposedBy(
  environment: Readonly<Record<string, string | undefined>>,
): ResolvedJournal | undefined {
  const { SWATH_JOURNAL: path, SWATH_RESUME: resume } = environment;
  if (path === undefined || path === "" || path === OFF) return undefined;
  if (resume === undefined || resume === "") return { path, isChosen: false };
  assertOneOf("SWATH_RESUME", resume, Object.keys(RESUME));
  return { path, ...RESUME[resume as keyof typeof RESUME], isChosen: false };
}
