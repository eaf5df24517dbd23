import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("every row of the matrix is computed, in one worker and in all", () => {
  const program = fileURLToPath(new URL("../dist/shared-matrix/main.js", import.meta.url));
  const printed = execFileSync(process.execPath, [program, "2000"], { encoding: "utf8" });
  expect(printed).toMatch(/^made {7}2 x 100 x 2,000 numbers, 3\.2 MB\n1 worker {3}\d/);
  expect(printed).toMatch(/check {6}every row is right\n$/);
});
