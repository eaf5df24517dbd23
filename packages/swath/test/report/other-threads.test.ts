import { expect, test } from "vitest";
import { cpuOfHelpers } from "../../src/report/other-threads.ts";
import { recordingOf } from "./recordings.ts";

const usage = new Map([
  [0, { cpu: 100, runQueue: 0 }],
  [1, { cpu: 50, runQueue: 20 }],
]);
const starting = new Map([[0, 40]]);
const loading = new Map([[1, 10]]);
const recording = recordingOf({ usage, starting, loading });

test("helpers had what the workers had not: at work, starting, loading", () => {
  expect(cpuOfHelpers(260, recording, 2)).toBe(60);
});

test("nobody knows what they had where a worker does not tell, or nobody tells of the process", () => {
  expect(cpuOfHelpers(260, recording, 3)).toBeUndefined();
  expect(cpuOfHelpers(undefined, recording, 2)).toBeUndefined();
});

test("a tick less than the workers is nothing; much less is no figure of theirs", () => {
  expect(cpuOfHelpers(195, recording, 2)).toBe(0);
  expect(cpuOfHelpers(100, recording, 2)).toBeUndefined();
});
