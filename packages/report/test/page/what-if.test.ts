import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderHtml } from "../../src/render-html.ts";
import { madeRecord } from "../made-record.ts";
import { BROWSER_ABSENT, CHROMIUM, Reader } from "./browser.ts";

const record = { ...madeRecord({ chunks: 20 }), spans: undefined, gc: undefined };
let reader: Reader;

describe.skipIf(CHROMIUM === undefined)(`what-if questions in a browser${BROWSER_ABSENT}`, () => {
  beforeAll(async () => {
    reader = await Reader.start();
  });
  afterAll(() => reader[Symbol.asyncDispose]());

  test("are not offered by a page without a replay: it invents no figures", async () => {
    const { page } = await reader.open(renderHtml(record));
    expect(await page.locator("#what-if").count()).toBe(0);
  });

  test("are put to the replay that a page is given, and its answer shown", async () => {
    const { page, errors } = await reader.open(await pageWithReplay());
    await page.getByRole("slider").fill("4");
    expect(await page.locator(".predicted").innerText()).toContain("16.00 s, 160×");
    await page.getByLabel("items per chunk").fill("5");
    expect(await page.locator(".predicted").innerText()).toContain("16.00 s, 5.00×");
    await page.getByRole("combobox", { name: "schedule" }).selectOption("steal");
    expect(await page.locator(".predicted").innerText()).toContain("7.00 s");
    expect(errors).toEqual([]);
  });
});

/** The panels of the page with a replay whose answers tell what it was asked. */
async function pageWithReplay(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { h, render } from "preact";
        import { App } from "./app.tsx";
        const replay = {
          schedules: ["dynamic", "steal"],
          routes: ["copy", "share"],
          predict: ({ workers = 1, schedule, chunk = 160 }) =>
            ({ wall: schedule === "steal" ? 7 : workers, speedup: chunk }),
        };
        render(h(App, { record: ${JSON.stringify(record)}, replay }), document.body);`,
      resolveDir: fileURLToPath(new URL("../../src/page/", import.meta.url)),
    },
    bundle: true,
    write: false,
    format: "esm",
    logLevel: "error",
  });
  const script = (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script");
  return `<!doctype html><body><script type="module">${script}</script>`;
}
