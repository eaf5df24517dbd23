import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderHtml } from "../../src/render-html.ts";
import { madeRecord } from "../made-record.ts";
import { BROWSER_ABSENT, CHROMIUM, type OpenPage, Reader } from "./browser.ts";

const ATTACKS = [
  "</script><script>hacked = 1</script>",
  "<!--<script>hacked = 1",
  '<img src="http://example.invalid/x" onerror="hacked = 1">',
  "<!--swath:data-->$&$'",
  '"><svg onload="hacked = 1">',
];
const small = madeRecord({ chunks: 50 });
let reader: Reader;

describe.skipIf(CHROMIUM === undefined)(`a hostile record in a browser${BROWSER_ABSENT}`, () => {
  beforeAll(async () => {
    reader = await Reader.start();
  });
  afterAll(() => reader[Symbol.asyncDispose]());

  test.each(ATTACKS)("is only text: %s", async (attack) => {
    const record = {
      ...small,
      task: attack,
      name: attack,
      command: attack,
      verdict: attack,
      startedAt: attack,
      bound: { kind: attack, evidence: attack },
      options: { [attack]: attack },
      environment: { [attack]: attack, __proto__: { polluted: attack } },
      slowest: small.slowest.map((chunk) => ({ ...chunk, preview: attack })),
      advice: [{ id: attack, title: attack, evidence: attack, change: attack, docs: attack }],
    };
    const opened = await reader.open(renderHtml(record, { title: attack, summary: attack }));
    await expectInert(opened);
    expect(await opened.page.locator("h1").innerText()).toBe(attack);
    expect(await opened.page.locator(".preview code").first().innerText()).toBe(attack);
  });

  test("has links to pages of the web only", async () => {
    for (const docs of [
      "javascript:hacked=1",
      "data:text/html,x",
      "file:///etc/passwd",
      " https:x",
    ]) {
      const record = { ...small, advice: [{ id: "SW1", title: "t", docs }] };
      const { page } = await reader.open(renderHtml(record));
      expect(await page.locator("#advice a").count()).toBe(0);
    }
  });

  test.each([
    ["cut in two", (packed: string) => packed.slice(0, packed.length / 2)],
    ["not base64", (packed: string) => `!${packed}`],
    ["another block", () => Buffer.from("hello").toString("base64")],
    ["empty", () => ""],
  ])("is refused where its spans are %s", async (_, damage) => {
    const html = renderHtml(small).replace(
      /(id="swath-spans">)([^<]*)/,
      (_, tag: string, packed: string) => tag + damage(packed),
    );
    const { page, errors } = await reader.open(html);
    expect(await page.locator("h1").innerText()).toBe("No report");
    expect(await page.innerText("[role=alert]")).toContain("`spans`");
    expect(errors).toEqual([]);
  });

  test.each([
    "",
    "{",
    "null",
    "[]",
    '{"schema":"swath.report/9"}',
    '{"schema":"swath.report/1","wall":"x"}',
  ])("is refused where its JSON is %s", async (json) => {
    const html = renderHtml(small).replace(
      /(id="swath-record">)[^<]*/,
      (_, tag: string) => tag + json,
    );
    const { page, errors } = await reader.open(html);
    expect(await page.locator("h1").innerText()).toBe("No report");
    expect(errors).toEqual([]);
  });
});

async function expectInert({ page, requests, errors }: OpenPage): Promise<void> {
  expect(await page.evaluate("typeof hacked")).toBe("undefined");
  expect(await page.evaluate("typeof {}.polluted")).toBe("undefined");
  expect(await page.locator("img, iframe, object, embed").count()).toBe(0);
  expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([page.url()]);
  expect(errors).toEqual([]);
}
