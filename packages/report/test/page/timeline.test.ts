import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderHtml } from "../../src/render-html.ts";
import { madeRecord } from "../made-record.ts";
import { BROWSER_ABSENT, CHROMIUM, Reader } from "./browser.ts";

const record = madeRecord({ chunks: 2_000 });
const html = renderHtml(record);
let reader: Reader;
let page: Page;

describe.skipIf(CHROMIUM === undefined)(`the timeline in a browser${BROWSER_ABSENT}`, () => {
  beforeAll(async () => {
    reader = await Reader.start();
    ({ page } = await reader.open(html));
  });
  afterAll(() => reader[Symbol.asyncDispose]());

  test("is worked with the keyboard alone", async () => {
    await page.locator(".stage canvas").focus();
    await page.keyboard.press("l");
    const { start, end } = record.slowest[0] as { start: number; end: number };
    expect(await picked()).toContain(`${text(start)}–${text(end - 1)}`);
    const longest = await picked();
    await page.keyboard.press("p");
    expect(await picked()).not.toBe(longest);
    await page.keyboard.press("n");
    expect(await picked()).toBe(longest);
    const before = await windowWidth();
    await page.keyboard.press("+");
    expect(await windowWidth()).toBeLessThan(before);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Home");
    expect(await windowWidth()).toBe(100);
  });

  test("leaves the wheel to the page until it has the focus", async () => {
    const canvas = page.locator(".stage canvas");
    await canvas.scrollIntoViewIfNeeded();
    await page.evaluate("document.activeElement.blur()");
    await canvas.hover();
    await page.mouse.wheel(0, -60);
    expect(await windowWidth()).toBe(100);
    await canvas.click();
    await page.mouse.wheel(0, -60);
    await expect.poll(windowWidth).toBeLessThan(100);
    await canvas.dblclick();
    await expect.poll(windowWidth).toBe(100);
  });

  test("draws what was recorded: waiting in its own colour, useful work in another", async () => {
    const pixel = (x: number, y: number) =>
      page.evaluate<string>(`(() => {
        const c = document.querySelector(".stage canvas");
        const d = c.getContext("2d").getImageData(c.width * ${x}, ${y}, 1, 1).data;
        return "#" + [d[0], d[1], d[2]].map((n) => n.toString(16).padStart(2, "0")).join("");
      })()`);
    await page.keyboard.press("Home");
    // The bottom of the second lane: useful in the middle of the run, waiting at its end.
    const y = 24 + 27 + 22;
    expect(await pixel(0.5, y)).toBe("#009e73");
    expect(await pixel(0.995, y)).toBe("#dde0e4");
  });

  test("has a table that says the same, sorted, filtered and by pages", async () => {
    await page.locator("#timeline summary").click();
    const table = page.locator("#timeline details table");
    await expect.poll(() => table.locator("tbody tr").count()).toBe(25);
    await page.getByLabel("Order").selectOption("longest");
    const { start } = record.slowest[0] as { start: number };
    expect(await table.locator("tbody th").first().innerText()).toBe(text(start));
    await page.locator("#timeline").getByRole("combobox", { name: "Worker" }).selectOption("3");
    const own = record.spans.worker.filter((worker) => worker === 3).length;
    expect(await page.locator(".pages").innerText()).toContain(`${text(own)} chunks, page 1`);
    await page.getByRole("button", { name: "Next page" }).click();
    expect(await page.locator(".pages").innerText()).toContain("page 2");
  });

  test("is drawn on a canvas of the size of its place, however far it is zoomed", async () => {
    const width = await page.evaluate<number>("document.querySelector('.stage canvas').width");
    expect(width).toBeLessThan(1280);
  });
});

function picked(): Promise<string> {
  return page.locator(".picked").innerText();
}

/** Percent of the run that the timeline shows. */
function windowWidth(): Promise<number> {
  return page.evaluate<number>(
    "Number.parseFloat(document.querySelector('.minimap .window').style.width)",
  );
}

function text(count: number): string {
  return count.toLocaleString("en-US");
}
