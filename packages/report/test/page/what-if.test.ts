import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { map, range } from "swath";
import { type RunRecord, whatIf } from "swath/analysis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { secondsText } from "../../src/figures/units.ts";
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

  test("of a real run are answered as swath/analysis answers them, in light of its error", async () => {
    const run = await measuredRun();
    const known = whatIf(run);
    expect(known).toBeDefined();
    const { page, errors, requests } = await reader.open(renderHtml(run));
    await page.getByRole("slider").fill("2");
    const panel = page.locator("#what-if");
    if (Math.abs(known!.error) > 0.05) {
      await expect.poll(() => panel.innerText()).toContain("no predictions");
    } else {
      const { wall } = known!.predict({ workers: 4 });
      await expect.poll(() => panel.locator(".predicted").innerText()).toContain(secondsText(wall));
      await panel.locator("summary").click();
      await expect.poll(() => panel.locator("tbody tr").count()).toBe(7);
    }
    expect(requests.filter((url) => !/^(data|blob):/.test(url))).toEqual([page.url()]);
    expect(errors).toEqual([]);
  });

  test("are withheld where the replay misses the run itself", async () => {
    const { page } = await reader.open(await pageWithReplay(-0.2));
    await page.getByRole("slider").focus();
    await expect.poll(() => page.locator("#what-if").innerText()).toContain("by 20.0 %");
    expect(await page.getByRole("slider").count()).toBe(0);
  });

  test("are not offered by a page without a replay: it invents no figures", async () => {
    const { page } = await reader.open(renderHtml(record));
    expect(await page.locator("#what-if").count()).toBe(0);
  });

  test("are put to the replay that a page is given, and its answer shown", async () => {
    const { page, errors } = await reader.open(await pageWithReplay());
    const answer = page.locator(".predicted");
    await page.getByRole("slider").fill("4");
    await expect.poll(() => answer.innerText()).toContain("16.00 s, 160×");
    await page.getByLabel("items per chunk").fill("5");
    await expect.poll(() => answer.innerText()).toContain("16.00 s, 5.00×");
    await page.getByRole("combobox", { name: "schedule" }).selectOption("steal");
    await expect.poll(() => answer.innerText()).toContain("7.00 s");
    expect(errors).toEqual([]);
  });
});

/** A small run of two workers, as JSON. */
async function measuredRun(): Promise<RunRecord> {
  const job = map(
    range(400),
    (i: number) => {
      let sum = 0;
      for (let n = 0; n < 20_000 + 100 * i; n++) sum += Math.sqrt(n);
      return sum;
    },
    { workers: 2 },
  );
  await job;
  return JSON.parse(JSON.stringify(await job.report)) as RunRecord;
}

/** The panels of the page with a replay whose answers tell what it was asked. */
async function pageWithReplay(error = 0.01): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { h, render } from "preact";
        import { App } from "./app.tsx";
        const replay = {
          open: async () => ({
            error: ${error}, schedules: ["dynamic", "steal"], routes: ["copy", "share"],
          }),
          predict: async ({ workers = 1, schedule, chunk = 160 }) =>
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
