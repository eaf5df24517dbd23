import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RULES } from "../../src/advice/registry.ts";

const PAGES = fileURLToPath(new URL("../../../../docs/rules/", import.meta.url));
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const TELLER = pathToFileURL(fileURLToPath(new URL("tell-findings.mjs", import.meta.url))).href;
/** Below the repository, so that `swath` is found from there. */
const SCRATCH = fileURLToPath(new URL("../../../../node_modules/", import.meta.url));

/** What these programs show depends on the machine, or on what else runs: only that they run is tested. */
const RUN_ONLY = new Set(["SW204", "SW301", "SW302", "SW303", "SW501", "SW601"]);
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(SCRATCH, ".swath-rules-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("each rule has a page, and each page a rule", () => {
  const pages = readdirSync(PAGES).filter((name) => name !== "README.md");
  expect(pages.map((name) => name.replace(".md", "")).sort()).toEqual(
    RULES.map(({ id }) => id).sort(),
  );
  const index = readFileSync(join(PAGES, "README.md"), "utf8");
  for (const { id } of RULES) expect(index).toContain(`[${id}](${id}.md)`);
});

describe.each(RULES)("the programs of $id", ({ id }) => {
  const page = readFileSync(join(PAGES, `${id}.md`), "utf8");

  test("the bad one is found", { timeout: 60_000 }, async () => {
    const found = await findingsIn(page, id, "bad");
    if (!RUN_ONLY.has(id)) expect(found).toContain(id);
  });

  test("the good one is not", { timeout: 60_000 }, async () => {
    const found = await findingsIn(page, id, "good");
    if (!RUN_ONLY.has(id)) expect(found).not.toContain(id);
  });
});

async function findingsIn(page: string, id: string, kind: "bad" | "good"): Promise<string[]> {
  const [, code] = new RegExp(`\`\`\`js ${kind}\\n([^]*?)\`\`\``).exec(page) ?? [];
  const file = join(folder, `${id}-${kind}.mjs`);
  writeFileSync(file, code as string);
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", TELLER, file], {
    cwd: folder,
    env: { ...process.env, SWATH_TEST_DIST: DIST },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) as string);
}
