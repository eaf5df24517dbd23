// Makes docs/images/report-light.png and report-dark.png: the page of a made run, as it opens.
//
//     npm run build && node scripts/report-images.mjs
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { renderHtml } from "@swath/report";
import { chromium } from "playwright-core";
import { tsImport } from "tsx/esm/api";

const TARGET = fileURLToPath(new URL("../docs/images/", import.meta.url));
const WIDTH = 1280;
/** From the verdict to the timeline and its legend. */
const HEIGHT = 1340;

const load = (path) => tsImport(`../packages/report/test/${path}`, import.meta.url);
const { madeRecord } = await load("made-record.ts");
const { CHROMIUM } = await load("page/browser.ts");

const folder = mkdtempSync(join(tmpdir(), "swath-images-"));
const file = join(folder, "report.html");
writeFileSync(file, renderHtml(madeRecord({ chunks: 6_000 })));
mkdirSync(TARGET, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM });
try {
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT }, colorScheme });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector(".stage canvas");
    await page.screenshot({ path: join(TARGET, `report-${colorScheme}.png`) });
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
