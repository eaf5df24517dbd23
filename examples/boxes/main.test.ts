import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the boxes come back the same in every way", () => {
  const program = fileURLToPath(new URL("../dist/boxes/main.js", import.meta.url));
  const printed = execFileSync(process.execPath, [program, "20000"], { encoding: "utf8" });
  expect(
    printed
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/ +\d.*/, "")),
  ).toEqual([
    "the loop",
    "columns, by rows",
    "columns, the column",
    "values, streamed",
    "values, awaited",
  ]);
});
