import { describe, expect, test } from "vitest";
import { checkOutput } from "../../../src/cli/compare/same-output.ts";
import { waysFor } from "../../../src/cli/compare/ways.ts";

const choices = {
  routes: ["read", "copy"],
  schedules: ["auto", "static", "guided"],
  set: [],
  workers: [1, 4],
};

describe("the ways of a script", () => {
  test("one thread first, each number of workers, then routes and schedules on the most", () => {
    expect(waysFor(choices).map(({ id }) => id)).toEqual([
      "one thread",
      "1 worker, auto",
      "4 workers, auto",
      "4 workers, read, static",
      "4 workers, read, guided",
      "4 workers, copy, static",
      "4 workers, copy, guided",
    ]);
  });

  test("what the script sets is not varied", () => {
    const set = ["schedule", "route"];
    expect(waysFor({ ...choices, set }).map(({ flags }) => flags)).toEqual([
      { workers: 0 },
      { workers: 1, route: undefined, schedule: undefined },
      { workers: 4, route: undefined, schedule: undefined },
    ]);
    const own = waysFor({ ...choices, set: ["workers"], routes: ["read"] });
    expect(own.map(({ id }) => id)).toEqual(["auto", "read, static", "read, guided"]);
  });
});

describe("what scripts print", () => {
  const runs = (...outputs: readonly (string | undefined)[]) =>
    outputs.map((output) => ({ seconds: 1, records: [], isCut: false, output }));
  const check = (a: readonly (string | undefined)[], b: readonly (string | undefined)[]) => {
    const { checked, different } = checkOutput(
      new Map([
        ["a", runs(...a)],
        ["b", runs(...b)],
      ]),
    );
    return { checked, different };
  };

  test("the same in all ways is checked; another one is told by name", () => {
    expect(check(["x", "x"], ["x", "x"])).toEqual({ checked: true, different: [] });
    expect(check(["x", "x"], ["y", "y"])).toEqual({ checked: true, different: ["b"] });
  });

  test("nothing, or what differs from run to run, or one round, is not taken for a check", () => {
    expect(check([undefined], [undefined])).toEqual({ checked: false, different: [] });
    expect(check(["x", "z"], ["x", "y"])).toEqual({ checked: false, different: [] });
    expect(check(["x"], ["y"])).toEqual({ checked: false, different: [] });
  });
});
