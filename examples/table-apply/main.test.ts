import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("every row finds its city, and nothing is sent", () => {
  const program = fileURLToPath(new URL("../dist/table-apply/main.js", import.meta.url));
  const printed = execFileSync(process.execPath, [program, "20000"], { encoding: "utf8" });
  expect(printed).toMatch(/^1 worker {3}\d.* for 20,000 rows, 0 bytes of items and results sent/);
  const counts = [...printed.matchAll(/(\d+) places/g)].map(([, count]) => Number(count));
  expect(counts).toHaveLength(5);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_000);
  expect(Math.min(...counts)).toBeGreaterThan(1_000);
});
