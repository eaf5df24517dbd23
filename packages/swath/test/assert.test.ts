import { describe, expect, test } from "vitest";
import { assertFunction, assertInteger, assertKnownKeys, assertOneOf } from "../src/assert.ts";

describe("assertInteger", () => {
  test.each([0, -0, 5, Number.MAX_SAFE_INTEGER])("accepts %d from 0 up", (value) => {
    assertInteger("workers", value, { min: 0 });
  });

  test.each([
    [-1, "Expected `workers` to be an integer from 0 to 8, got `-1` (number)"],
    [9, "Expected `workers` to be an integer from 0 to 8, got `9` (number)"],
    [1.5, "Expected `workers` to be an integer from 0 to 8, got `1.5` (number)"],
    [Number.NaN, "Expected `workers` to be an integer from 0 to 8, got `NaN` (number)"],
    ["4", 'Expected `workers` to be an integer from 0 to 8, got `"4"` (string)'],
    [4n, "Expected `workers` to be an integer from 0 to 8, got `4` (bigint)"],
    [null, "Expected `workers` to be an integer from 0 to 8, got `null`"],
  ])("refuses %s", (value, message) => {
    expect(() => assertInteger("workers", value, { min: 0, max: 8 })).toThrow(message);
  });

  test("names only the bounds that there are", () => {
    expect(() => assertInteger("n", "x")).toThrow("`n` to be an integer, got");
    expect(() => assertInteger("n", -1, { min: 0 })).toThrow("an integer from 0 up");
    expect(() => assertInteger("n", 9, { max: 3 })).toThrow("an integer up to 3");
  });

  test("the error says which option and what was given, as fields", () => {
    expect(() => assertInteger("n", -1, { min: 0 })).toThrow(
      expect.objectContaining({ code: "SWATH_INVALID_OPTION", option: "n", received: -1 }),
    );
  });
});

test("assertOneOf lists the choices", () => {
  assertOneOf("route", "copy", ["copy", "share"]);
  expect(() => assertOneOf("route", "walk", ["copy", "share"])).toThrow(
    'Expected `route` to be one of "copy", "share", got `"walk"` (string)',
  );
});

test("assertFunction refuses what cannot be called", () => {
  assertFunction("fn", () => 1);
  expect(() => assertFunction("fn", { call() {} })).toThrow("Expected `fn` to be a function");
});

test("assertKnownKeys names the stranger and the known", () => {
  assertKnownKeys("options", { a: 1 }, ["a", "b"]);
  expect(() => assertKnownKeys("options", { wokers: 2 }, ["workers"])).toThrow(
    "Expected `options.wokers` to be absent (known: workers)",
  );
});
