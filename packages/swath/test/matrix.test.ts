import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ENVIRONMENTS, prepare } from "./matrix/environments.mjs";
import { PROGRAMS } from "./matrix/project/expected.mjs";

/** The others take longer: `npm run matrix` runs all of them. */
const CHEAP = ["js", "tsx --import", "esbuild esm", "esbuild cjs minified"];
/** Each runs three programs, on a machine that may be busy. */
const TIMEOUT_MS = 120_000;
const environments = ENVIRONMENTS.filter(({ name }) => CHEAP.includes(name));
const root = mkdtempSync(join(tmpdir(), "swath-matrix-"));

beforeAll(() => prepare(root, environments));
afterAll(() => rmSync(root, { recursive: true }));

test.concurrent.each(environments)(
  "functions reach workers by reference, as closures and as tasks: $name",
  async ({ run }) => {
    const well = Object.fromEntries(PROGRAMS.map((program) => [program, undefined]));
    expect(await run(root, process.execPath)).toEqual(well);
  },
  TIMEOUT_MS,
);
