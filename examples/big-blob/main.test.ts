import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("every job sees the whole array, which no worker copies", () => {
  const program = fileURLToPath(new URL("../dist/big-blob/main.js", import.meta.url));
  const printed = execFileSync(process.execPath, [program, "2"], { encoding: "utf8" });
  expect(printed).toMatch(/^1 worker {3}\d.* for 100 jobs over 8 MB/);
  expect(printed).toMatch(/found +199,[0-9]{3} of 2,000,000|found +200,[0-9]{3} of 2,000,000/);
});
