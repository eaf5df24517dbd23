import { describe, expect, test } from "vitest";
import type { Sheet } from "../../../src/cli/sheet/sheet.ts";
import { sheetHtml } from "../../../src/cli/sheet/sheet-html.ts";
import { sheetMarkdown } from "../../../src/cli/sheet/sheet-markdown.ts";
import { sheetText } from "../../../src/cli/sheet/sheet-text.ts";

const sheet: Sheet = {
  title: "times of <b>|x|</b>",
  facts: ["a machine"],
  tables: [
    {
      caption: "seconds",
      header: ["", "total"],
      rows: [
        ["one", "10.0"],
        ["two", "5.0"],
      ],
      bars: [10, 5],
    },
  ],
  notes: ["a note"],
};

describe("a sheet", () => {
  test("as text has its columns aligned, figures to the right", () => {
    expect(sheetText(sheet)).toBe(
      [
        "times of <b>|x|</b>",
        "a machine",
        "",
        "seconds",
        "",
        "     total",
        "---  -----",
        "one   10.0",
        "two    5.0",
        "",
        "a note",
      ].join("\n"),
    );
  });

  test("as Markdown is a table that nothing in it can break", () => {
    const text = sheetMarkdown(sheet);
    expect(text).toContain("## times of \\<b\\>\\|x\\|\\</b\\>");
    expect(text).toContain("| one | 10.0 |");
    expect(text).toContain("| --- | ---: |");
  });

  test("as HTML holds no script and fetches nothing, and what is in it stays text", () => {
    const html = sheetHtml(sheet);
    expect(html).toContain("times of &#60;b&#62;|x|&#60;/b&#62;");
    expect(html).not.toMatch(/<script|<link|<img|https?:/);
    expect(html).toContain("default-src 'none'");
    expect(html).toContain('style="width:50.0%"');
  });
});
