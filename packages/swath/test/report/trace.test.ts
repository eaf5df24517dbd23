import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TraceEvent, toTrace } from "../../src/report/trace.ts";
import { ATTACKS, FULL, JUNK, recordWith } from "./full-record.ts";

const complete = (events: readonly TraceEvent[]) => events.filter(({ ph }) => ph === "X");

describe("the record of a run as a Chrome trace", () => {
  test("has a row for each worker and its pauses, with chunks and their phases in microseconds", () => {
    const { traceEvents } = toTrace(FULL);
    const names = traceEvents.filter(({ ph }) => ph === "M").map(({ args }) => args?.["name"]);
    expect(names).toEqual(["swath: ndvi", "worker 0", "worker 1", "worker 1: garbage collection"]);
    expect(complete(traceEvents).map(({ name, tid, ts, dur }) => [name, tid, ts, dur])).toEqual([
      ["items 0–3", 0, 150_000, 1_000_000],
      ["decode", 0, 150_000, 100_000],
      ["read", 0, 250_000, 100_000],
      ["run", 0, 350_000, 700_000],
      ["encode", 0, 1_050_000, 50_000],
      ["item 4", 1, 200_000, 500_000],
      ["read", 1, 200_000, 100_000],
      ["run", 1, 300_000, 300_000],
      ["encode", 1, 600_000, 100_000],
      ["garbage collection", 100_001, 400_000, 20_000],
    ]);
  });

  test("nests: within a row no event ends after the one that it began in", () => {
    const all = complete(toTrace(FULL).traceEvents);
    for (const row of new Set(all.map(({ tid }) => tid))) {
      const open: number[] = [];
      for (const { ts = 0, dur = 0 } of all.filter(({ tid }) => tid === row)) {
        while (open.length > 0 && (open.at(-1) as number) <= ts) open.pop();
        if (open.length > 0) expect(ts + dur).toBeLessThanOrEqual(open.at(-1) as number);
        open.push(ts + dur);
      }
    }
  });

  test("of a record without spans, or with damaged ones, is JSON without them", () => {
    const junk = fc.oneof(fc.constantFrom(...JUNK), fc.jsonValue());
    fc.assert(
      fc.property(junk, junk, (spans, gc) => {
        const { traceEvents } = JSON.parse(
          JSON.stringify(toTrace({ ...FULL, spans, gc } as object)),
        );
        for (const { ts, dur } of complete(traceEvents)) {
          expect([typeof ts, typeof dur]).toEqual(["number", "number"]);
        }
      }),
    );
  });

  test.each(ATTACKS)("%j of a record is a text in it", (attack) => {
    // oxlint-disable-next-line no-control-regex -- what a viewer in a terminal would obey
    expect(JSON.stringify(toTrace(recordWith(attack)))).not.toMatch(/\\u00[019]|\\r|\\n/);
  });
});
