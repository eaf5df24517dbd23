import { expect, test } from "vitest";
import { swath } from "./run-swath.ts";

test("swath doctor: each thing ok or a warning that says what to do; --json is one document", async () => {
  const text = await swath(["doctor"]);
  expect({ code: text.code, stderr: text.stderr }).toEqual({ code: 0, stderr: "" });
  for (const line of text.stdout.trim().split("\n").slice(2)) {
    expect(line).toMatch(/^(ok|warn) {2,}\w|^ +→ \w/);
  }
  const { code, stdout } = await swath(["doctor", "--json"]);
  expect(code).toBe(0);
  const { schema, checks } = JSON.parse(stdout);
  expect(schema).toBe("swath.doctor/1");
  expect(checks.map(({ name }: { name: string }) => name)).toEqual([
    "cores",
    "memory",
    "node",
    "flags",
    "shared memory",
    "clock",
    "copy",
    "file read",
    "worker start",
    "threads at once",
  ]);
  for (const { status, advice } of checks) expect(advice !== undefined).toBe(status === "warn");
});
