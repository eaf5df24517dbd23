// swath against the plain loop, its peers and the machine's limits.
//
//     npm run bench -- raster|overhead|skew|blob|boxes|images|matrix|grid|saved|instrument|bounds|page|ui|replay|advice|kernels [options]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { scratch, variants } from "./fixtures/flagship.js";
import { takeLock } from "./lock.js";
import { describeMachine, formatMachine } from "./machine.js";
import { benchPath, nodeScript } from "./process.js";
import { formatTargets } from "./targets.js";

const USAGE = `npm run bench -- SUITE [options]

  raster    classify a 3 GB raster          overhead  cost per item and per job
  skew      schedules on uneven work        blob      many jobs over one shared array
  boxes     results: many small objects   images    photos into batches, thumbnails
  matrix    rows of a shared array          grid      the plain loop, cell by cell
  saved     what saving each result costs   page      the report in a browser
  instrument  what measuring costs        bounds    known losses and known bounds
  replay    what a replay misses by         advice    what advice promises, and keeps
  ui        what the live page costs a job
  kernels   inner loops of the raster kit

  --quick              fewer rounds
  --rounds N           this many rounds
  --size full|tenth    of the raster suite's file (default full)
  --variant NAME       tiles, strips, deflate, zstd, lzw, bigtiff or bigendian (raster suite)
  --only ID,ID         only these cells or shapes
  --json               print the figures as JSON; they are always written to bench/out/`;

const SUITES = {
  raster: async (options) => (await import("./suites/raster.js")).runRasterSuite(options),
  overhead: async (options) => (await import("./suites/overhead.js")).runOverheadSuite(options),
  blob: async (options) => (await import("./suites/blob.js")).runBlobSuite(options),
  saved: async (options) => (await import("./suites/saved.js")).runSavedSuite(options),
  matrix: async (options) => (await import("./suites/matrix.js")).runMatrixSuite(options),
  boxes: async (options) => (await import("./suites/boxes.js")).runBoxesSuite(options),
  grid: async (options) => (await import("./suites/grid.js")).runGridSuite(options),
  images: async (options) => (await import("./suites/images.js")).runImagesSuite(options),
  instrument: async (options) =>
    (await import("./suites/instrument.js")).runInstrumentSuite(options),
  bounds: async (options) => (await import("./suites/bounds.js")).runBoundsSuite(options),
  page: async (options) => (await import("./suites/page.js")).runPageSuite(options),
  replay: async (options) => (await import("./suites/replay.js")).runReplaySuite(options),
  advice: async (options) => (await import("./suites/advice.js")).runAdviceSuite(options),
  ui: async (options) => (await import("./suites/ui.js")).runUiSuite(options),
  skew: async (options) => (await import("./suites/skew.js")).runSkewSuite(options),
};

await main();

async function main() {
  const { name, options, json } = readArguments();
  if (name === "kernels") return runKernels();
  const release = takeLock(join(scratch, "lock"));
  try {
    const machine = describeMachine();
    if (!json) console.log(`${formatMachine(machine)}\n`);
    const suite = await SUITES[name](options);
    const record = { suite: name, date: new Date().toISOString(), options, machine, ...suite.json };
    publish(name, suite, { ...record, targets: suite.targets, failed: suite.failed }, json);
  } finally {
    release();
  }
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      size: { type: "string", default: "full" },
      variant: { type: "string", default: "tiles" },
      only: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [name] = positionals;
  const known = name === "kernels" || Object.hasOwn(SUITES, name ?? "");
  const allowed = ["full", "tenth"].includes(values.size) && variants.includes(values.variant);
  if (values.help || !known || !allowed) {
    console.error(USAGE);
    process.exit(values.help ? 0 : 2);
  }
  const { quick, size, variant, json } = values;
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const only = values.only?.split(",");
  // Progress goes to stderr: stdout holds the figures alone.
  const log = (line) => console.error(`  ${line}`);
  return { name, json, options: { quick, size, variant, rounds, only, log } };
}

function publish(name, { title, text, targets, failed }, record, json) {
  const folder = benchPath("out");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}-${record.date.replaceAll(":", "-")}.json`);
  const content = `${JSON.stringify(record, null, 2)}\n`;
  writeFileSync(file, content);
  if (json) process.stdout.write(content);
  else console.log([title, text, formatTargets(targets), `Written to ${file}`].join("\n\n"));
  if (failed.length > 0) {
    console.error(`FAILED:\n  ${failed.join("\n  ")}`);
    process.exitCode = 1;
  }
}

/** The kernels are timed by a script of their own, which takes the same options. */
async function runKernels() {
  const { spawn } = await import("node:child_process");
  const [program, ...args] = nodeScript("raster-kernels.mjs", ...process.argv.slice(3));
  const child = spawn(program, args, { stdio: "inherit" });
  process.exitCode = await new Promise((resolve) =>
    child.on("close", (code) => resolve(code ?? 1)),
  );
}
