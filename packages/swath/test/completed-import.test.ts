import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("an imported function is, in a worker, what the imported module made of it", () => {
  const program = fileURLToPath(new URL("./fixtures/uses-completed.mjs", import.meta.url));
  expect(execFileSync(process.execPath, [program], { encoding: "utf8" })).toBe("[10,20]\n");
});
