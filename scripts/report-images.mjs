// Takes the pictures of docs/images/report-*.png: the page of a real run on this machine, rows of the
// Mandelbrot set in two equal strips, in the system's Chromium.
//
//     npm run build && node scripts/report-images.mjs
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { renderHtml } from "@swath/report";
import { chromium } from "playwright-core";
import { isMain, map, range } from "swath";
import { advised, whatIf } from "swath/analysis";

const ROWS = 2_400;
const WIDTH = 1_600;
const MAX_ROUNDS = 3_000;
/** A run that others disturbed cannot be replayed, and there is nothing to see in its panel. */
const TRIES = 6;
const MAX_REPLAY_ERROR = 0.05;
const IMAGES = new URL("../docs/images/", import.meta.url);

async function measured() {
  const job = map(
    range(ROWS / 2),
    // Written in line: workers need not load the browser for it.
    function mandelbrotRow(row) {
      let inside = 0;
      const y0 = (2 * row) / ROWS - 1;
      for (let column = 0; column < WIDTH; column++) {
        const x0 = (3 * column) / WIDTH - 2.2;
        let x = 0;
        let y = 0;
        let round = 0;
        for (; x * x + y * y <= 4 && round < MAX_ROUNDS; round++) {
          const next = x * x - y * y + x0;
          y = 2 * x * y + y0;
          x = next;
        }
        if (round === MAX_ROUNDS) inside++;
      }
      return inside;
    },
    { workers: 2, schedule: "static" },
  );
  await job;
  const report = await job.report;
  return { ...report, ...advised(report) };
}

/** A run that its replay reproduces, if there is one in a few tries. */
async function undisturbed() {
  let report = await measured();
  for (let tried = 1; tried < TRIES; tried++) {
    if (Math.abs(whatIf(report)?.error ?? 1) <= MAX_REPLAY_ERROR) break;
    report = await measured();
  }
  return report;
}

async function takePictures(html) {
  const folder = mkdtempSync(join(tmpdir(), "swath-images-"));
  const browser = await chromium.launch({
    executablePath: process.env.SWATH_CHROMIUM ?? "/usr/bin/chromium",
  });
  try {
    const file = join(folder, "report.html");
    writeFileSync(file, html);
    for (const colorScheme of ["light", "dark"]) {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
      await page.goto(pathToFileURL(file).href);
      await page.waitForSelector(".stage canvas");
      const slider = page.getByRole("slider");
      await slider.focus();
      await page.waitForFunction(
        () => !/Replaying/.test(document.querySelector("#what-if").innerText),
      );
      if ((await slider.count()) > 0) await slider.fill("2");
      await page.waitForTimeout(500);
      const path = fileURLToPath(new URL(`report-${colorScheme}.png`, IMAGES));
      await page.screenshot({
        path,
        clip: { x: 0, y: 0, width: 1280, height: 1500 },
        fullPage: true,
      });
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

if (isMain(import.meta)) {
  const report = await undisturbed();
  await takePictures(renderHtml(report));
  process.stdout.write(
    `${JSON.stringify({ verdict: report.verdict, advice: report.advice }, null, 1)}\n`,
  );
}
