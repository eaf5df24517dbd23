// What the live page costs a job, and how often it is brought up to date.
import { runRounds } from "../harness.js";
import { nodeScript } from "../process.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

const SECONDS = 20;
const MODES = ["off", "unseen", "watched"];
const MAX_COST = 1.02;
const MIN_UPDATES = 2;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runUiSuite({ quick, rounds, only, log }) {
  const seconds = quick ? SECONDS / 10 : SECONDS;
  const cells = MODES.filter((id) => only === undefined || only.includes(id)).map((id) => ({
    id,
    command: nodeScript("cells/ui.js", id, seconds),
    check: (answer) => check(id, answer),
  }));
  const results = await runRounds(cells, { rounds: rounds ?? (quick ? 1 : 3), log });
  return {
    title: `ui: a job of ${seconds} s on two threads, without the live page, with it, and looked at`,
    text: [results.describeNoise(), table(results)].join("\n\n"),
    targets: targetsOf(results),
    failed: results.failed,
    json: { results },
  };
}

function check(id, { code, report }) {
  if (code !== 0) return `expected exit code 0, got ${code}`;
  const reports = id === "watched" ? 1 : 0;
  return report === reports ? undefined : `expected ${reports} reports at the end, got ${report}`;
}

function table(results) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    const { median, min, max } = results.summary(id);
    const cpu = ratioOf(results, id, "jobCpu");
    const updates = results.summary(id, "updatesPerSecond").median;
    return [
      id,
      three(median),
      `${three(min)}–${three(max)}`,
      three(ratioOf(results, id)),
      three(cpu),
      three(updates),
    ];
  });
  return formatTable(["", "s", "min–max", "× off", "CPU × off", "updates/s"], rows);
}

function ratioOf(results, id, key = "seconds") {
  const value = (cell) => results.summary(cell, key)?.median ?? Number.NaN;
  return value(id) / value("off");
}

function targetsOf(results) {
  return [
    judge({
      name: "with a page that nobody sees",
      value: ratioOf(results, "unseen"),
      atMost: MAX_COST,
      unit: "×",
    }),
    judge({
      name: "with a page that somebody sees",
      value: ratioOf(results, "watched"),
      atMost: MAX_COST,
      unit: "×",
    }),
    judge({
      name: "updates while the job runs",
      value: results.summary("watched", "updatesPerSecond")?.median ?? Number.NaN,
      atLeast: MIN_UPDATES,
      unit: " a second",
    }),
  ];
}
