import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { reportText } from "../../src/report/text.ts";
import { widthOf } from "../../src/report/text-style.ts";
import { ATTACKS, FULL, JUNK, recordWith } from "./full-record.ts";

// oxlint-disable-next-line no-control-regex -- what a terminal would obey
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

describe("the summary of a run", () => {
  test("tells speed, worker time, four answers with a word each, and advice", () => {
    expect(reportText(FULL, { title: "ndvi", columns: 110 })).toMatchInlineSnapshot(`
      "ndvi: 1,024 items in 12.40 s (8 workers, dynamic, 256 chunks)
        5.36× as fast as one thread (66.46 s ± 2 %, 16 items run alone), 67.0 % of 8 workers
        5.36× of 8×. Biggest loss: waiting at the end (11.0 %), then moving data (10.0 %).

        Where 99.20 s of worker time went
        useful work           71.40 s  72.0 %  █████████████████
        waiting at the end    10.90 s  11.0 %  ███
        moving data            9.90 s  10.0 %  ██
        waiting for work       4.00 s   4.0 %  █
        garbage collection     1.80 s   1.8 %
        starting workers       1.20 s   1.2 %
        efficiency                0.72 = start 0.99 × balance 0.89 × dispatch 0.95 × transfer 0.88 × gc 0.98
        1 compute : communication 3.5 : 1, 29.8 % of the caller's thread  watch
        2 serialisation           ~6.44 GB out, ~1.02 GB back, in 13.60 s  watch
        3 stragglers              last worker 1.90 s late; busiest 1.33× the mean; slowest: item 611, 1.92 s ({
                                  rows: [78208, 78336] })  good
        4 memory                  peak 7.20 GB; 6.40 GB in 8 copies  poor
        bound by                  cpu: 97 % of the useful time was spent on a core
        in place                  3 items in 20.0 ms: an item takes longer than handing it over
        speed-up                  5.36 = 8 workers × 0.72 × compute 0.93
        Advice (savings predicted by replaying this run)
        SW103  Start the dearest items first  −1.30 s ± 200.0 ms
               map(strips, f, { schedule: "balanced", costs })
        and 2 more in the report"
    `);
  });

  test.each([80, 100, 160, 400])("takes one screen of 24 lines in %i columns", (columns) => {
    expect(reportText(FULL, { columns }).split("\n").length).toBeLessThanOrEqual(24);
  });

  test("has no line wider than the terminal, however narrow, nor loses a figure", () => {
    const { advice: _, ...record } = FULL;
    const figures = (text: string) => text.replaceAll(/[\s█]/g, "");
    for (let columns = 24; columns < 130; columns++) {
      const text = reportText(record, { columns });
      const advised = reportText(FULL, { columns });
      for (const line of [...text.split("\n"), ...advised.split("\n")]) {
        expect(widthOf(line)).toBeLessThanOrEqual(columns);
      }
      for (const told of [
        "71.40s72.0%",
        "~6.44GBout",
        "1.33×themean",
        "peak7.20GB",
        "balance0.89",
      ]) {
        expect(figures(text)).toContain(told);
      }
    }
  });

  test("is the same without colours, and without Unicode plain ASCII", () => {
    const coloured = reportText(FULL, { colour: true });
    expect(coloured).toContain("\u001b[");
    // oxlint-disable-next-line no-control-regex -- the codes are what is taken off
    expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(reportText(FULL));
    // oxlint-disable-next-line no-control-regex -- all of ASCII
    expect(reportText(FULL, { unicode: false })).toMatch(/^[\u0000-\u007f]*$/);
    expect(reportText(FULL)).toMatch(/ {2}watch$[^]* {2}watch$[^]* {2}good$[^]* {2}poor$/m);
  });

  test("says first that threads made it slower", () => {
    expect(reportText({ ...FULL, speedup: 0.55, verdict: undefined as never })).toMatch(
      /^! 1\.82× slower than one thread/,
    );
    const verdict = "1.8× slower than one thread: an item takes 0.02 ms (SW401).";
    expect(reportText({ schema: "x", verdict } as object)).toMatch(/^! 1\.8× slower/);
  });

  test("counts the advice that there is no room for", () => {
    const more = Array.from({ length: 9 }, (_, i) => ({ id: `SW90${i}`, title: "Do this" }));
    const text = reportText({ ...FULL, advice: [...(FULL.advice ?? []), ...more] });
    expect(text).toMatch(/and \d+ more in the report$/);
    expect(text.split("\n").length).toBeLessThanOrEqual(24);
  });

  test("says what was not recorded, and never NaN or undefined", () => {
    for (const record of [{}, { wall: 1 }, { buckets: {} }, { ...FULL, ratio: null }]) {
      const text = reportText(record);
      expect(text).not.toMatch(/NaN|undefined|Infinity|null|\[object/);
    }
    expect(reportText({})).toContain("not recorded");
  });

  test.each(ATTACKS)("a terminal shows %j of a record, and does not obey it", (attack) => {
    for (const columns of [30, 100]) {
      const text = reportText(recordWith(attack), { columns, title: attack });
      expect(text).not.toMatch(CONTROLS);
    }
  });

  test("is made of anything that JSON can hold in place of a field", () => {
    const keys = Object.keys(FULL);
    const junk = fc.oneof(fc.constantFrom(...JUNK), fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), junk), (fields) => {
        const text = reportText({ ...FULL, ...fields } as object);
        expect(text).not.toMatch(CONTROLS);
        expect(text).not.toMatch(/NaN|Infinity/);
      }),
    );
  });
});
