import { describe, expect, test } from "vitest";
import { outputOf } from "./task/run-node.ts";

describe("a function that its package completes in another file is whole in a worker", () => {
  test("as an import of a module, captured or as the task, also through a third file", async () => {
    const { stdout, stderr } = await outputOf("uses-completed.mjs");
    expect(stdout || stderr).toBe("[10,20,10,20,10,20]");
  });

  test("as a CommonJS package, captured or as the task, and so are its methods", async () => {
    const { stdout, stderr } = await outputOf("uses-completed.cjs");
    expect(stdout || stderr).toBe("[21,21,4]");
  });

  test("with data that only the program has given it", async () => {
    const { stdout, stderr } = await outputOf("given-by-program.mjs");
    expect(stdout || stderr).toBe("[7,7]");
  });
});
