import { expect, test } from "vitest";
import { NEEDS_LENGTH, SCHEDULES } from "../../src/schedules/registry.ts";
import { conformance } from "./conformance.ts";

for (const [name, make] of Object.entries(SCHEDULES)) conformance(name, make);

test("only auto and dynamic work without a known length", () => {
  expect(Object.keys(SCHEDULES).filter((name) => !NEEDS_LENGTH.has(name))).toEqual([
    "auto",
    "dynamic",
  ]);
});
