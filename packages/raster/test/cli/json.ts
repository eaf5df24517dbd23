import { expect } from "vitest";
import type { Ran } from "../../../swath/test/cli/run-swath.ts";

/** The one JSON document of a command that went well; whatever else there is fails the test. */
// oxlint-disable-next-line typescript/no-explicit-any -- each test knows its own document
export function jsonOf({ code, stdout, stderr }: Ran): any {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.endsWith("\n")).toBe(true);
  expect(stdout.trimEnd()).not.toContain("\n");
  return JSON.parse(stdout);
}
