import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("fixtures/kept-rows.mjs", import.meta.url));

// V8 would never find out by itself that what the code makes stays.
test("rows are made by new code when V8 has made up its mind about the old too early, and are the same", () => {
  const text = execFileSync(process.execPath, ["--no-allocation-site-pretenuring", PROGRAM], {
    encoding: "utf8",
  });
  const { count, made } = JSON.parse(text) as { count: number; made: number };
  expect(count).toBe(400_000);
  expect(made).toBeGreaterThan(1);
  expect(made).toBeLessThan(10);
});
