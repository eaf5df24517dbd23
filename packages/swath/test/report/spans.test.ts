import { expect, test } from "vitest";
import type { ChunkRecord, Recording } from "../../src/report/recorder.ts";
import { spansOf } from "../../src/report/spans.ts";
import { recordingOf as recording } from "./recordings.ts";

function recordingOf(chunks: readonly ChunkRecord[]): Recording {
  return recording({ begin: 1_000, end: 2_000, chunks });
}

function chunk(i: number, length = 1): ChunkRecord {
  const begin = 1_000 + i;
  return {
    worker: i % 2,
    startItem: 10 * i,
    endItem: 10 * i + 10,
    begin,
    end: begin + length,
    decode: 0.1,
    read: 0.2,
    run: 0.5,
    encode: 0.05,
    bytesRead: 0,
  };
}

test("chunks are columns in the order of their beginning, in seconds since the job's start", () => {
  expect(spansOf(recordingOf([chunk(3), chunk(1)]))).toEqual({
    count: 2,
    recorded: 2,
    worker: [1, 1],
    start: [10, 30],
    end: [20, 40],
    begin: [0.001, 0.003],
    duration: [0.001, 0.001],
    decode: [0.0001, 0.0001],
    read: [0.0002, 0.0002],
    run: [0.0005, 0.0005],
    encode: [0.00005, 0.00005],
  });
});

test("of a long run the longest are all named, the count is exact, and no chunk comes twice", () => {
  const chunks = Array.from({ length: 5_000 }, (_, i) => chunk(i, i % 1_000 === 7 ? 90 : 1));
  const spans = spansOf(recordingOf(chunks), 1_000);
  expect(spans).toMatchObject({ count: 5_000, recorded: 1_000 });
  expect(spans.duration.filter((duration) => duration > 0.01)).toHaveLength(5);
  expect(new Set(spans.start).size).toBe(1_000);
});

test("a job that ran nothing has no spans", () => {
  expect(spansOf(recordingOf([]))).toMatchObject({ count: 0, recorded: 0, begin: [] });
});
