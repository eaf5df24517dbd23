// Does the replay of a recorded run tell the truth: of that run, and of one on two workers?
import { shapeNames } from "../cost-shapes.js";
import { flagship } from "../fixtures/flagship.js";
import { runRounds } from "../harness.js";
import { nodeScript, runForAnswer } from "../process.js";
import { median } from "../statistics.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

const JOBS = ["raster fn", "raster breaks", "loop", "boxes columns", "boxes values"];
const WORKERS = [1, 2];
/**
 * Jobs of a tenth of a second take half or twice as long, as V8 collects garbage and compiles, and so
 * does a raster, as neighbours use the machine's memory: of two series of nine runs, the medians may be
 * 10 % apart.
 */
const ROUNDS = 25;
/** Of work that is spun by the clock, so many runs are enough. */
const SHAPE_SAMPLES = 9;
/** How far the replay of a run may be from that run, … */
const SELF = 0.05;
/** … and that of one worker's run on two workers from what two workers then take. */
const TWO = 0.1;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], size: "full" | "tenth", log: (line: string) => void }} options */
export async function runReplaySuite({ quick, rounds, only, size, log }) {
  const { path } = await flagship({ size, log });
  const jobs = [...JOBS, ...shapeNames].filter((job) => only === undefined || only.includes(job));
  const cells = jobs.flatMap((job) =>
    WORKERS.map((workers) => ({
      id: idOf(job, workers),
      command: nodeScript("cells/replay-swath.js", job, workers, path),
      check: () => undefined,
      ...(shapeNames.includes(job) ? { maxSamples: SHAPE_SAMPLES } : {}),
    })),
  );
  log(`warming the page cache: ${path}`);
  for (let i = 0; i < 2; i++) await runForAnswer(nodeScript("cells/bare-read.js", path, 2));
  const results = await runRounds(cells, {
    rounds: rounds ?? (quick ? 1 : ROUNDS),
    memoryMB: 1000,
    log,
  });
  const figures = jobs.map((job) => figuresOf(results, job));
  return {
    title: "replay: each run replayed from its own record, and two workers from the record of one",
    text: [results.describeNoise(), tableOf(figures)].join("\n\n"),
    targets: figures.flatMap(targetsOf),
    failed: results.failed,
    json: { results, figures },
  };
}

function idOf(job, workers) {
  return `${job}, P = ${workers}`;
}

/** Signed misses, as shares: above 0 the replay takes longer than the run. */
function figuresOf(results, job) {
  const [one, two] = WORKERS.map((workers) => idOf(job, workers));
  const seconds = WORKERS.map((workers) => results.summary(idOf(job, workers)).median);
  const self = [one, two].map((id) => {
    const measured = results.values(id);
    return results.values(id, "replayed").map((replayed, i) => replayed / measured[i] - 1);
  });
  const measured = results.values(two);
  const predicted = results.values(one, "two").map((wall, i) => wall / measured[i] - 1);
  return { job, seconds, self, predicted };
}

function tableOf(figures) {
  const rows = figures.map(({ job, seconds, self, predicted }) => [
    job,
    ...seconds.map(three),
    ...[...self, predicted].map(missText),
  ]);
  const head = ["job", "s, P = 1", "s, P = 2", "replay of 1", "replay of 2", "2 from 1"];
  return formatTable(head, rows);
}

function missText(misses) {
  if (misses.length === 0) return "-";
  const text = (share) => `${share < 0 ? "-" : "+"}${Math.abs(100 * share).toFixed(1)}`;
  return `${text(median(misses))} % (${text(Math.min(...misses))} to ${text(Math.max(...misses))})`;
}

function targetsOf({ job, self, predicted }) {
  const off = (misses) => 100 * Math.abs(median(misses));
  return [
    ...self.map((misses, i) =>
      judge({
        name: `${job}: replay of the run on ${WORKERS[i]}`,
        value: off(misses),
        atMost: 100 * SELF,
        unit: " %",
      }),
    ),
    judge({
      name: `${job}: two workers from one`,
      value: off(predicted),
      atMost: 100 * TWO,
      unit: " %",
    }),
  ];
}
