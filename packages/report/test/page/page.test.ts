import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderHtml } from "../../src/render-html.ts";
import { madeRecord } from "../made-record.ts";
import { realRecord } from "../real-record.ts";
import { BROWSER_ABSENT, CHROMIUM, Reader } from "./browser.ts";
import { figuresOf, numbersOf } from "./shown-figures.ts";

const small = madeRecord({ chunks: 400 });
const OPEN_TABLES = 'for (const e of document.querySelectorAll("details")) e.open = true';
const DECISIVE = ["wall", "workers", "buckets", "efficiency", "spans", "memory", "serialization"];
const NOTHING = { start: 0, tail: 0, starve: 0, transfer: 0, gc: 0, useful: 0 };
let reader: Reader;

describe.skipIf(CHROMIUM === undefined)(`the page in a browser${BROWSER_ABSENT}`, () => {
  beforeAll(async () => {
    reader = await Reader.start();
  });
  afterAll(() => reader[Symbol.asyncDispose]());

  test("asks for nothing but its own file, and complains of nothing", async () => {
    const { page, requests, errors } = await reader.open(renderHtml(small));
    await page.evaluate(OPEN_TABLES);
    await page.locator(".stage canvas").click();
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([page.url()]);
    expect(errors).toEqual([]);
  });

  test("shows every number of the record, as it is there", async () => {
    const { page } = await reader.open(renderHtml(small));
    const shown = await figuresOf(page);
    const numbers = numbersOf(small);
    for (const { field, value, text } of shown) {
      expect(numbers.get(field), field).toBe(value);
      expect(text, field).toMatch(/\d/);
    }
    const missing = [...numbers.keys()].filter((key) => !shown.some(({ field }) => field === key));
    expect(missing).toEqual([]);
  });

  test("shows a record of a real run, and says what was not recorded", async () => {
    const { page, errors } = await reader.open(renderHtml(realRecord()));
    expect(errors).toEqual([]);
    for (const { field, value } of await figuresOf(page)) {
      expect(numbersOf(realRecord()).get(field), field).toBe(value);
    }
    expect(await page.locator("#timeline").innerText()).toContain("not recorded");
    expect(await page.locator("#advice").innerText()).toContain("not recorded");
  });

  test("never shows a missing field as a number", { timeout: 60_000 }, async () => {
    const { schema } = small;
    const records: readonly object[] = [
      { schema },
      { schema, wall: 0, workers: 0, items: 0, buckets: NOTHING, perWorker: [], slowest: [] },
      { ...madeRecord({ chunks: 0 }), wall: 0 },
      { ...small, wall: 5e-324 },
      ...DECISIVE.map((key) => ({ ...small, [key]: undefined })),
    ];
    for (const record of records) {
      const { page, errors } = await reader.open(renderHtml(record));
      expect(errors).toEqual([]);
      const said = await page.evaluate<string>("document.querySelector('#page').outerHTML");
      expect(said).not.toMatch(/NaN|undefined|null|Infinity|\[object/);
      const numbers = numbersOf(record);
      for (const { field, value } of await figuresOf(page)) expect(numbers.get(field)).toBe(value);
    }
  });

  test.each([
    { colorScheme: "light" },
    { colorScheme: "dark" },
    { colorScheme: "dark", forcedColors: "active" },
    { colorScheme: "light", width: 400 },
  ] as const)("has nothing that axe objects to with %o", async (look) => {
    const { page } = await reader.open(renderHtml(small), look);
    await page.evaluate(OPEN_TABLES);
    await page.waitForSelector("#timeline details table");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html.slice(0, 200))])).toEqual(
      [],
    );
  });

  test("gives back the record that it was made of, and its chunks as a table", async () => {
    const { page } = await reader.open(renderHtml(small));
    const given = JSON.parse(JSON.stringify(small)) as typeof small;
    const back = JSON.parse(await saved(page, "Save JSON")) as typeof small;
    const { spans } = back;
    const { spans: own } = given;
    // Spans come back in order of their begin and to the microsecond.
    const apart = { spans: undefined, gc: undefined };
    expect({ ...back, ...apart }).toEqual({ ...given, ...apart });
    const runs = new Map(spans.start.map((start, i) => [start, spans.run[i]]));
    for (const [i, start] of own.start.entries()) {
      expect(runs.get(start)).toBeCloseTo(own.run[i] as number, 6);
    }
    const lines = (await saved(page, "Save chunks as CSV")).trim().split("\n");
    expect(lines).toHaveLength(1 + small.spans.count);
    expect(lines[0]).toBe("worker,start,end,begin,decode,read,run,encode,duration");
  });

  test("does not scroll sideways on a narrow screen", async () => {
    const { page } = await reader.open(renderHtml(small), { width: 360 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });

  test("goes on paper in light colours, though the screen is dark", async () => {
    const { page } = await reader.open(renderHtml(small), { colorScheme: "dark" });
    const theme = "document.documentElement.dataset.theme";
    expect(await page.evaluate(theme)).toBe("dark");
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.evaluate(theme)).toBe("light");
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.evaluate(theme)).toBe("dark");
  });

  test("shows its summary as text where scripts are off", () => {
    const [, text] = /<noscript>\s*<pre>([^]*?)<\/pre>/.exec(renderHtml(small)) ?? [];
    expect(text).toContain("as fast as one thread");
    expect(text).toContain("waiting at the end");
  });
});

async function saved(page: Page, button: string): Promise<string> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  return readFileSync(await (await download).path(), "utf8");
}
