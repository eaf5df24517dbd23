// A job beside the live page: `swath run` without it, with it, and with somebody who looks.
//
//     node ui.js off|unseen|watched SECONDS
import { spawn } from "node:child_process";
import { get } from "node:http";
import { createRequire } from "node:module";
import { benchPath } from "../process.js";
import { printAnswer } from "./self.js";

const [mode, seconds] = process.argv.slice(2);
const main = createRequire(import.meta.url)
  .resolve("swath")
  .replace(/index\.js$/, "main.js");
const script = benchPath("fixtures/ui-job.js");
const flags = ["--report=none", "--progress=none", ...(mode === "off" ? [] : ["--ui"])];
const child = spawn(process.execPath, [main, "run", script, seconds, ...flags], {
  stdio: ["ignore", "pipe", "pipe"],
});
const events = { figures: [], report: 0 };
let [out, err] = ["", ""];
child.stdout.on("data", (text) => {
  out += text;
});
child.stderr.on("data", (text) => {
  err += text;
  const url = /live at (\S+)/.exec(err)?.[1];
  if (mode === "watched" && url !== undefined) watch(url);
});
child.on("close", (code) => {
  const { figures, report } = events;
  const lasted = ((figures.at(-1) ?? 0) - (figures[0] ?? 0)) / 1e3;
  printAnswer({
    ...JSON.parse(out),
    code,
    report,
    updatesPerSecond: figures.length > 1 ? (figures.length - 1) / lasted : 0,
  });
});

let isWatched = false;

/** Reads the events as a page would, and draws nothing: what is measured is the job. */
function watch(url) {
  if (isWatched) return;
  isWatched = true;
  get(`${url}events`, (response) => {
    response.setEncoding("utf8").on("data", (text) => {
      for (const [, name] of text.matchAll(/^event: (\w+)$/gm)) {
        if (name === "figures") events.figures.push(performance.now());
        else if (name === "report") events.report++;
      }
    });
    response.on("error", () => {});
  }).on("error", () => {});
}
