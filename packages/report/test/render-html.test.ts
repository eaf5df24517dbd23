import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { reportPage } from "../../../scripts/build-page.mjs";
import * as door from "../src/index.ts";
import { madeRecord } from "./made-record.ts";
import { realRecord } from "./real-record.ts";

/** What a report of 100,000 chunks may weigh. */
const MAX_BYTES = 2_000_000;

test("the door of the package", () => {
  expect(Object.keys(door).toSorted()).toEqual([
    "LivePage",
    "LivePageError",
    "ReportUnreadableError",
    "readRecord",
    "refusalText",
    "renderHtml",
    "serve",
  ]);
});

test("the page of the build is as new as what it was made of", async () => {
  const built = readFileSync(new URL("../dist/report.html", import.meta.url), "utf8");
  expect(built === (await reportPage()), "run `npm run build`").toBe(true);
});

describe("a rendered report", () => {
  test("of 100,000 chunks is small enough to mail", () => {
    const html = door.renderHtml(madeRecord());
    expect(Buffer.byteLength(html)).toBeLessThan(MAX_BYTES);
  });

  test("lets nothing be fetched and only its own script run", () => {
    const html = door.renderHtml(realRecord());
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-/);
    expect(html).not.toMatch(/\s(?:src|href)="(?!data:,")/);
    expect(html).not.toMatch(/@import|url\((?!data:)/);
  });

  test("is named after the run, or as asked", () => {
    expect(door.renderHtml(madeRecord({ chunks: 1 }))).toContain("<title>swath: ndvi.ts</title>");
    const html = door.renderHtml(realRecord(), { title: "a < b & c" });
    expect(html).toContain("<title>a &lt; b &amp; c</title>");
  });

  test("names the licences of what it holds", () => {
    const html = door.renderHtml(realRecord());
    expect(html).toContain("This page holds preact");
    expect(html).toContain("This page holds uplot");
  });

  test("is the same for the same record", () => {
    const record = madeRecord({ chunks: 200 });
    expect(door.renderHtml(record)).toBe(door.renderHtml(JSON.parse(JSON.stringify(record))));
  });

  test("is refused for what is no record, with the place as fields", () => {
    expect(() => door.renderHtml({ schema: "swath.report/1", wall: "long" })).toThrowError(
      expect.objectContaining({
        code: "SWATH_REPORT_UNREADABLE",
        at: "wall",
        got: '"long" (string)',
        message:
          'Cannot show this report: expected `wall` to be a number from 0 to 100000000, got "long" (string). Is it a report.json that swath wrote?',
      }),
    );
  });
});
