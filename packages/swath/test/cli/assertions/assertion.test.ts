import { describe, expect, test } from "vitest";
import { failureOfAssertion, parseAssertion } from "../../../src/cli/assertions/assertion.ts";

const record = {
  wall: 1.5,
  efficiency: { parallel: 0.65, gc: 1 },
  memory: { peakResident: 3e8 },
  stragglers: { imbalance: 1.2 },
  ratio: null,
};

describe("an assertion", () => {
  const right: readonly (readonly [text: string, figure: string, limit: number])[] = [
    ["efficiency>=0.7", "efficiency.parallel", 0.7],
    [" efficiency.gc > 90 % ", "efficiency.gc", 0.9],
    ["wall<500ms", "wall", 0.5],
    ["memory<1.5GB", "memory.peakResident", 1.5e9],
    ["imbalance<=1.1", "stragglers.imbalance", 1.1],
    ["chunks.lost==0", "chunks.lost", 0],
    ["wall < 2 min", "wall", 120],
  ];
  test.each(right)("%s is about %s and %d", (text, figure, limit) => {
    const parsed = parseAssertion(text);
    expect(parsed.figure).toBe(figure);
    expect(parsed.limit).toBeCloseTo(limit, 12);
  });

  test.each([
    "",
    "efficiency",
    "efficiency=>0.7",
    "efficiency>=lots",
    "efficiency>=0.7 parsecs",
    "eficiency>=0.7",
    "efficiency.paralel>=0.7",
    "wall.x<1",
    "efficiency.toString>1",
    "buckets>1",
    "__proto__>=1",
    "wall<>1",
    "constructor>1",
    "memory<2s",
    "wall>=0%",
    "items>2MB",
    "0.7<=efficiency",
  ])("%j is refused", (text) => {
    expect(() => parseAssertion(text)).toThrow(/Expected `--assert` to be/);
  });

  test.each([
    ["wall<=1.5", true],
    ["wall<1.5", false],
    ["wall>=1.5", true],
    ["wall>1.5", false],
    ["wall==1.5", true],
    ["wall==1", false],
    ["efficiency>=0.6", true],
    ["memory>200MB", true],
  ] as const)("%s of a record: %s", (text, holds) => {
    expect(failureOfAssertion(parseAssertion(text), record) === undefined).toBe(holds);
  });

  test("what fails is told with its figure", () => {
    expect(failureOfAssertion(parseAssertion("efficiency>=0.7"), record)).toBe(
      "Asserted 'efficiency>=0.7', but `efficiency.parallel` is 0.65",
    );
  });

  test.each(["speedup>1", "ratio>5", "place.items>1"])(
    "%s: a figure that the record lacks is a failure, not a pass",
    (text) => {
      expect(failureOfAssertion(parseAssertion(text), record)).toMatch(/has no figure/);
    },
  );
});
