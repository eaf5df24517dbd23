import { Command } from "commander";
import { describe, expect, test } from "vitest";
import {
  addJobFlags,
  type JobFlags,
  jobOptionsFrom,
  wholeNumber,
} from "../../src/cli/job-flags.ts";
import { SCHEDULES } from "../../src/schedules/registry.ts";

function parse(...args: readonly string[]): JobFlags {
  const command = addJobFlags(new Command("test")).exitOverride();
  command.configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: "user" }).opts<JobFlags>();
}

describe("the flags of every loop", () => {
  test("become options of the loop; what was not given stays the loop's business", () => {
    expect(jobOptionsFrom(parse())).toEqual({});
    expect(jobOptionsFrom(parse("--workers", "0", "--schedule", "steal", "--chunk=9"))).toEqual({
      workers: 0,
      schedule: "steal",
      chunk: 9,
    });
  });

  test.each(Object.keys(SCHEDULES))("take the schedule %s", (name) => {
    expect(parse("--schedule", name).schedule).toBe(name);
  });

  test.each(["-1", "1.5", "x", "", "1e3", "0x1"])("refuse %j as a whole number", (text) => {
    expect(() => wholeNumber(text)).toThrow("Expected a whole number.");
    expect(() => parse(`--workers=${text}`)).toThrow(/--workers <n>/);
  });
});
