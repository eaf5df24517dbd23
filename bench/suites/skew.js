// Uneven work: how close each schedule comes to the shortest possible time.
import { shapeNames } from "../cost-shapes.js";
import { runRounds } from "../harness.js";
import { nodeScript } from "../process.js";
import { median } from "../statistics.js";
import { formatTable } from "../table.js";
import { judge } from "../targets.js";

const WORKERS = 2;
const SCHEDULES = ["static", "dynamic", "guided", "steal", "auto", "balanced"];
/** Runs of each schedule within one process, in turn. */
const RUNS_PER_PROCESS = 3;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runSkewSuite({ quick, rounds, only, log }) {
  const cells = shapeNames
    .filter((shape) => only === undefined || only.includes(shape))
    .map((shape, k) => ({
      id: `swath ${shape}`,
      command: nodeScript("cells/skew-swath.js", shape, WORKERS, RUNS_PER_PROCESS, k + 1),
      check: ({ errors }) =>
        Object.values(errors).find((text) => text.startsWith("expected the sum")),
    }));
  const results = await runRounds(cells, { rounds: rounds ?? (quick ? 1 : 5), log });
  const ratios = ratiosOf(results);
  return {
    title: `skew: 2000 items of 100 µs in the mean, spun by the clock, ${WORKERS} workers, warm pool; time / max(sum / P, longest item), median`,
    text: [results.describeNoise(), tableOf(results, ratios)].join("\n\n"),
    targets: targetsOf(ratios),
    failed: [...results.failed, ...scheduleErrors(results)],
    json: { results, ratios },
  };
}

/** shape → schedule → all measured ratios. */
function ratiosOf(results) {
  const byShape = {};
  for (const id of results.cells) {
    const measured = results.values(id, "ratios");
    byShape[id] = Object.fromEntries(
      SCHEDULES.map((schedule) => [schedule, measured.flatMap((ratios) => ratios[schedule] ?? [])]),
    );
  }
  return byShape;
}

function tableOf(results, ratios) {
  const rows = results.cells.map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    return [id.replace("swath ", ""), ...SCHEDULES.map((name) => cellOf(ratios[id][name]))];
  });
  const means = SCHEDULES.map((name) => geometricMean(ratios, name));
  rows.push(["geometric mean", ...means.map((mean) => (mean > 0 ? mean.toFixed(3) : "-"))]);
  return formatTable(["shape", ...SCHEDULES], rows);
}

function cellOf(values) {
  return values.length === 0
    ? "-"
    : `${median(values).toFixed(3)} (${Math.min(...values).toFixed(3)}–${Math.max(...values).toFixed(3)})`;
}

function geometricMean(ratios, schedule) {
  const medians = Object.values(ratios)
    .filter((shape) => shape[schedule].length > 0)
    .map((shape) => median(shape[schedule]));
  return Math.exp(medians.reduce((sum, value) => sum + Math.log(value), 0) / medians.length);
}

function scheduleErrors(results) {
  const texts = results.samples.flatMap(({ id, errors }) =>
    Object.entries(errors).map(([schedule, text]) => `${id}, ${schedule}: ${text}`),
  );
  return [...new Set(texts)];
}

function targetsOf(ratios) {
  const limits = { auto: 1.06, balanced: 1.01 };
  return Object.entries(limits).flatMap(([schedule, atMost]) => [
    ...Object.entries(ratios).map(([id, shape]) =>
      judge({
        name: `${schedule}, ${id.replace("swath ", "")}`,
        value: median(shape[schedule]),
        atMost,
        unit: "x",
      }),
    ),
    judge({
      name: `${schedule}, geometric mean over the shapes`,
      value: geometricMean(ratios, schedule),
      atMost,
      unit: "x",
    }),
  ]);
}
