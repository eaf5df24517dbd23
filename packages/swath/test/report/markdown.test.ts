import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toMarkdown } from "../../src/report/markdown.ts";
import { ATTACKS, FULL, JUNK, recordWith } from "./full-record.ts";

describe("the record of a run as Markdown", () => {
  test("tells what the summary tells", () => {
    expect(toMarkdown(FULL)).toMatchInlineSnapshot(`
      "### swath: ndvi

      1,024 items in 12.40 s (8 workers, dynamic, 256 chunks)

      5.36× as fast as one thread (66.46 s ± 2 %, 16 items run alone), 67.0 % of 8 workers

      5.36× of 8×. Biggest loss: waiting at the end (11.0 %), then moving data (10.0 %).

      | worker time | seconds | share |  |
      | :-- | --: | --: | :-- |
      | useful work | 71.40 s | 72.0 % | ██████████████ |
      | waiting at the end | 10.90 s | 11.0 % | ██ |
      | moving data | 9.90 s | 10.0 % | ██ |
      | waiting for work | 4.00 s | 4.0 % | █ |
      | garbage collection | 1.80 s | 1.8 % |  |
      | starting workers | 1.20 s | 1.2 % |  |

      | question | answer |  |
      | :-- | :-- | :-- |
      | 1 compute : communication | 3.5 : 1, 29.8 % of the caller's thread | watch |
      | 2 serialisation | &#126;6.44 GB out, &#126;1.02 GB back, in 13.60 s | watch |
      | 3 stragglers | last worker 1.90 s late; busiest 1.33× the mean; slowest: item 611, 1.92 s ({ rows: &#91;78208, 78336&#93; }) | good |
      | 4 memory | peak 7.20 GB; 6.40 GB in 8 copies | poor |

      - efficiency: 0.72 = start 0.99 × balance 0.89 × dispatch 0.95 × transfer 0.88 × gc 0.98
      - speed-up: 5.36 = 8 workers × 0.72 × compute 0.93
      - bound by: cpu: 97 % of the useful time was spent on a core
      - routes: items copy, &#126;100 MB in 400.0 ms; broadcast copy, &#126;6.40 GB in 1.60 s; results move, &#126;1.02 GB in 300.0 ms
      - in place: 3 items in 20.0 ms: an item takes longer than handing it over

      **Advice** (savings predicted by replaying this run)

      - [SW103](https://example.org/rules/SW103) Start the dearest items first (−1.30 s ± 200.0 ms)  
        Item 611 took as long as 33 others, and was begun nearly last.  
        \` map(strips, f, { schedule: "balanced", costs }) \`
      - [SW201](https://example.org/rules/SW201) Share &#96;dem&#96; instead of copying it (−1.20 s ± 100.0 ms)  
        805 MB were copied to each of 8 workers.  
        \` map(strips, f, { with: { dem: share(dem) } }) \`
      - SW601 Make less garbage (−300.0 ms)  
        \` reuse the buffer \`
      "
    `);
  });

  test.each(ATTACKS)("%j of a record is only text", (attack) => {
    const markdown = toMarkdown(recordWith(attack));
    // Code in line is shown as it is; nothing else of a record has a character that means something.
    const text = markdown.replaceAll(/^ {2}(`+) .* \1$/gm, "");
    expect(text).not.toMatch(/[<>[\]`\\~]|\]\(|https?:\/\/|www\.|@everyone/);
    expect(markdown.split("\n").length).toBe(toMarkdown(FULL).split("\n").length);
  });

  test("has links to pages of the web only", () => {
    for (const docs of ["javascript:x", "https://a.b/c) [d](e", "http://a.b", " https://a.b"]) {
      const advice = [{ id: "SW1", title: "t", docs }];
      expect(toMarkdown({ ...FULL, advice })).not.toContain("](");
    }
    expect(toMarkdown(FULL)).toContain("[SW103](https://example.org/rules/SW103)");
  });

  test("is made of anything that JSON can hold in place of a field", () => {
    const junk = fc.oneof(fc.constantFrom(...JUNK), fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(FULL)), junk), (fields) => {
        expect(toMarkdown({ ...FULL, ...fields } as object)).not.toMatch(/NaN|Infinity|undefined/);
      }),
    );
  });
});
