import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { JOB_OPTION_NAMES, type JobOptions, resolveOptions } from "../src/options.ts";

const NOTHING: Record<string, string | undefined> = {};

test("without options and environment the defaults hold", () => {
  expect(resolveOptions({}, NOTHING)).toEqual({
    workers: availableParallelism(),
    inline: "never",
    schedule: "auto",
    chunk: undefined,
    route: "auto",
    costs: undefined,
    inFlight: undefined,
    results: "values",
    onError: "stop",
    retries: 0,
    retryDelay: 0,
    timeout: undefined,
    init: undefined,
    with: undefined,
    signal: undefined,
    report: { isOn: true, calibrate: false },
    loadTimeout: 60_000,
    resourceLimits: undefined,
    stdio: undefined,
    maxItemsPerWorker: undefined,
    maxMemoryPerWorker: undefined,
    isChosen: { schedule: false, route: false },
  });
});

describe("the environment", () => {
  const environment = {
    SWATH_WORKERS: "3",
    SWATH_SCHEDULE: "guided",
    SWATH_CHUNK: "64",
    SWATH_ROUTE: "copy",
  };

  test("fills in what is not given", () => {
    expect(resolveOptions({}, environment)).toMatchObject({
      workers: 3,
      schedule: "guided",
      chunk: 64,
      route: "copy",
    });
  });

  test("gives way to options", () => {
    const options = { workers: 0, schedule: "static", chunk: 1, route: "share" } as const;
    expect(resolveOptions(options, environment)).toMatchObject(options);
  });

  test("an empty variable is no variable", () => {
    expect(resolveOptions({}, { SWATH_CHUNK: "" }).chunk).toBeUndefined();
  });

  test.each([
    ["SWATH_WORKERS", "many", "Expected `SWATH_WORKERS` to be a whole number"],
    ["SWATH_WORKERS", "-2", "Expected `workers` to be an integer from 0 to 1024"],
    ["SWATH_CHUNK", "0", "Expected `chunk` to be an integer from 1 up"],
    ["SWATH_SCHEDULE", "magic", "Expected `schedule` to be one of"],
    ["SWATH_ROUTE", "walk", "Expected `route` to be one of"],
  ])("is checked as options are: %s=%s", (name, value, message) => {
    expect(() => resolveOptions({}, { [name]: value })).toThrow(message);
  });
});

describe("what is not right is refused, with its name", () => {
  test.each([
    [{ workers: -1 }, "workers"],
    [{ workers: 2_000 }, "workers"],
    [{ workers: 1.5 }, "workers"],
    [{ schedule: "Auto" }, "schedule"],
    [{ chunk: 0 }, "chunk"],
    [{ route: "fly" }, "route"],
    [{ inline: "always" }, "inline"],
    [{ costs: 7 }, "costs"],
    [{ costs: (i: number) => i }, "costs"],
    [{ costs: "123" }, "costs"],
    [{ costs: [1, Number.NaN] }, "costs[1]"],
    [{ costs: [-1, 1] }, "costs[0]"],
    [{ costs: [1, 2, "3"] }, "costs[2]"],
    [{ costs: new Array(2) }, "costs[0]"],
    [{ costs: [Infinity] }, "costs[0]"],
    [{ inFlight: 0 }, "inFlight"],
    [{ init: "setup" }, "init"],
    [{ signal: new AbortController() }, "signal"],
    [{ wokers: 4 }, "options.wokers"],
    [{ results: "rows" }, "results"],
    [{ report: "html" }, "report"],
    [{ report: { calibrated: true } }, "report.calibrated"],
    [{ report: { calibrate: 1 } }, "report.calibrate"],
  ])("%j", (options, option) => {
    expect(() => resolveOptions(options as JobOptions, NOTHING)).toThrow(
      expect.objectContaining({ code: "SWATH_INVALID_OPTION", option }),
    );
  });
});

test("the names of all options are those that are resolved; `results` is an option of `map`", () => {
  const { isChosen: _, results: __, ...options } = resolveOptions({}, NOTHING);
  const resolved = Object.keys(options);
  expect(resolved.toSorted()).toEqual(JOB_OPTION_NAMES.toSorted());
});
