// Runs jobs while their workers are ended at random moments, and checks that every item comes
// out exactly once. Then kills whole programs and resumes their jobs from the journal.
//
//   npm run torture -- [--seeds N] [--from S] [--driver-kills N]
//
// A run that fails is named by its seed: `--from SEED --seeds 1` repeats it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { seededRandom } from "../bench/random.js";
import { Torture } from "../packages/swath/test/torture/torture.mjs";

const KILL_AND_RESUME = "../packages/swath/test/fixtures/kill/kill-and-resume.mjs";
/** A line of progress after so many runs. */
const TELL_EVERY = 100;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    "driver-kills": { type: "string", default: "0" },
  },
});
const seeds = count("seeds");
const from = count("from");
const driverKills = count("driver-kills");

if (seeds > 0) await killWorkers();
if (driverKills > 0) await killDrivers();

function count(name) {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`Expected --${name} to be an integer from 0 up, got ${values[name]}`);
  process.exit(2);
}

async function killWorkers() {
  const torture = new Torture();
  const begin = performance.now();
  try {
    for (let seed = from; seed < from + seeds; seed++) {
      await torture.run(seed);
      if ((seed - from + 1) % TELL_EVERY === 0) tell(torture.counts, begin);
    }
    await torture.close();
  } catch (error) {
    console.error(error.stack);
    console.error(error.cause ?? "");
    // A run that hangs would keep this program alive.
    process.exit(1);
  }
  tell(torture.counts, begin);
}

function tell({ runs, kills, losses, threads, again }, begin) {
  const seconds = (performance.now() - begin) / 1e3;
  console.log(
    `${runs} runs in ${seconds.toFixed(1)} s: ${threads} threads, ${kills} killed from outside, ` +
      `${losses} chunks lost, ${again} items run again; every result once and in its place`,
  );
}

async function killDrivers() {
  const { killAndResume } = await import(KILL_AND_RESUME);
  const folder = mkdtempSync(join(tmpdir(), "swath-torture-"));
  const begin = performance.now();
  const random = seededRandom(from);
  const { kills, jobs, rerun, resumed, problems } = await killAndResume({
    kills: driverKills,
    random,
    folder,
  });
  rmSync(folder, { recursive: true });
  const seconds = (performance.now() - begin) / 1e3;
  console.log(
    `${kills} programs of ${jobs} jobs killed in ${seconds.toFixed(1)} s: ${resumed} results ` +
      `taken from journals, ${rerun} items run again that were in none`,
  );
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
