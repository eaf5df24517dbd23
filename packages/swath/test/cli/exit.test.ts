import { describe, expect, test } from "vitest";
import { EXIT, failureOf, Interrupt } from "../../src/cli/exit.ts";
import { InvalidOptionError, PoolClosedError, TaskFailedError } from "../../src/errors.ts";

const where = { task: "score", itemIndex: 3, preview: "", worker: 0, attempt: 1, attempts: 1 };

describe("failureOf", () => {
  test("an option that is not right: 2, in one line", () => {
    const error = new InvalidOptionError("--breaks", "numbers", "x");
    expect(failureOf(error)).toEqual({
      code: EXIT.usage,
      text: 'swath: Expected `--breaks` to be numbers, got `"x"` (string)',
    });
  });

  test("another error of swath: 1, in one line", () => {
    expect(failureOf(new PoolClosedError("The pool is closed"))).toEqual({
      code: EXIT.failed,
      text: "swath: The pool is closed",
    });
  });

  test("the user's function threw: 1, with the stack that leads to the place", () => {
    const cause = new RangeError("too far");
    const { code, text } = failureOf(new TaskFailedError(where, { cause }));
    expect(code).toBe(EXIT.failed);
    expect(text).toContain("Task `score` failed on item 3");
    expect(text).toContain("exit.test.ts");
  });

  test("anything else that was thrown: 1, with its stack if it has one", () => {
    expect(failureOf(new Error("what"))).toMatchObject({ code: 1 });
    expect(failureOf(new Error("what")).text).toMatch(/^swath: Error: what\n +at /);
    expect(failureOf("text")).toEqual({ code: 1, text: "swath: text" });
    expect(failureOf(undefined)).toEqual({ code: 1, text: "swath: undefined" });
  });

  test("an interrupt: 128 and the signal's number, with nothing left to say", () => {
    for (const code of [EXIT.hungUp, EXIT.interrupted, EXIT.terminated]) {
      expect(failureOf(new Interrupt(code))).toEqual({ code, text: undefined });
    }
    expect([EXIT.hungUp, EXIT.interrupted, EXIT.terminated]).toEqual([129, 130, 143]);
  });
});
