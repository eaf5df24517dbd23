// Opens the report of a made run in the system's browser, and pans and zooms its timeline.
//
//     node page.js CHUNKS WORKERS
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { renderHtml } from "@swath/report";
import { chromium } from "playwright-core";
import { tsImport } from "tsx/esm/api";
import { quantile } from "../statistics.js";
import { printAnswer } from "./self.js";

const { madeRecord } = await load("../../packages/report/test/made-record.ts");
const { CHROMIUM } = await load("../../packages/report/test/page/browser.ts");

const [chunks, workers] = process.argv.slice(2).map(Number);
/** As fast as it can: at a display's pace, a frame that takes 2 ms looks like one that takes 16. */
const UNTHROTTLED = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];
const FRAMES = 240;

if (CHROMIUM === undefined) {
  process.stdout.write(`${JSON.stringify({ absent: "no Chromium (SWATH_CHROMIUM)" })}\n`);
} else {
  const folder = mkdtempSync(join(tmpdir(), "swath-bench-page-"));
  try {
    printAnswer(await measure(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function load(path) {
  return tsImport(path, import.meta.url);
}

async function measure(folder) {
  const file = join(folder, "report.html");
  const record = madeRecord({ chunks, workers });
  const began = performance.now();
  writeFileSync(file, renderHtml(record));
  const renderSeconds = (performance.now() - began) / 1e3;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: UNTHROTTLED });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    let requests = 0;
    page.on("request", (request) => {
      if (!request.url().startsWith("data:")) requests++;
    });
    // What a browser does once, at its first page, is not the report's.
    await page.goto("about:blank");
    await page.addInitScript(noteFirstDrawing);
    await page.goto(pathToFileURL(file).href);
    await page.waitForFunction(() => globalThis.drawnAt !== undefined);
    const seconds = (await page.evaluate(() => globalThis.drawnAt)) / 1e3;
    const pan = await page.evaluate(moveAndTime, { frames: FRAMES, zoomBy: 0.25, kind: "pan" });
    const zoom = await page.evaluate(moveAndTime, { frames: FRAMES, zoomBy: 1, kind: "zoom" });
    return {
      seconds,
      renderSeconds,
      megabytes: statSync(file).size / 1e6,
      panP95: quantile(pan, 0.95),
      panMedian: quantile(pan, 0.5),
      zoomP95: quantile(zoom, 0.95),
      frames: pan.length,
      requests,
    };
  } finally {
    await browser.close();
  }
}

/**
 * Notes the milliseconds from the start of the navigation to the end of the first frame with the
 * timeline in it. In the page itself: asking it from outside takes a tenth of a second more.
 */
function noteFirstDrawing() {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    globalThis.drawnAt = performance.now();
  };
  requestAnimationFrame(function look() {
    // Messages come when the frame is done.
    if (document.querySelector(".stage canvas")) channel.port2.postMessage(undefined);
    else requestAnimationFrame(look);
  });
}

/** Moves the timeline in every frame; milliseconds from frame to frame. */
async function moveAndTime({ frames, zoomBy, kind }) {
  const canvas = document.querySelector(".stage canvas");
  canvas.scrollIntoView({ block: "center" });
  canvas.focus();
  const { left, width } = canvas.getBoundingClientRect();
  const turn = (deltaX, deltaY) =>
    canvas.dispatchEvent(
      new WheelEvent("wheel", { deltaX, deltaY, clientX: left + width / 2, cancelable: true }),
    );
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  turn(0, 400 * Math.log(zoomBy));
  const times = [];
  await nextFrame();
  for (let frame = 0, last = performance.now(); frame < frames; frame++) {
    const half = frame < frames / 2 ? 1 : -1;
    if (kind === "pan") turn(20 * half, 0);
    else turn(0, -30 * half);
    await nextFrame();
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times;
}
