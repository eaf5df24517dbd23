import { expect } from "vitest";
import type { Ran } from "../../../swath/test/cli/run-swath.ts";

/** The one JSON document of a command that went well; whatever else there is fails the test. */
// oxlint-disable-next-line typescript/no-explicit-any -- each test knows its own document
export function jsonOf({ code, stdout, stderr }: Ran): any {
  // A slow machine may have shown how far it was.
  const said = stderr.replaceAll(/^[a-z]+ \d+ %.*\n/gm, "");
  expect({ code, said }).toEqual({ code: 0, said: "" });
  expect(stdout.endsWith("\n")).toBe(true);
  expect(stdout.trimEnd()).not.toContain("\n");
  return JSON.parse(stdout);
}
