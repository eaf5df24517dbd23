// Uneven work: how close each schedule comes to the shortest possible time.
import { shapeNames } from "../cost-shapes.js";
import { runRounds } from "../harness.js";
import { nodeScript } from "../process.js";
import { median } from "../statistics.js";
import { formatTable } from "../table.js";
import { judge } from "../targets.js";

const WORKERS = 2;
const SCHEDULES = ["static", "dynamic", "guided", "steal", "auto", "balanced", "by hand"];
/**
 * Mean cost of an item, in µs, and runs of each schedule within one process, in turn, each over
 * other costs. At 100 µs a job lasts a tenth of a second, of which some 5 ms are its start and end
 * whatever the schedule.
 */
const SIZES = [
  { mean: 100, runs: 5 },
  { mean: 1000, runs: 5 },
];

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runSkewSuite({ quick, rounds, only, log }) {
  const shapes = shapeNames.filter((shape) => only === undefined || only.includes(shape));
  const cells = SIZES.flatMap(({ mean, runs }) =>
    shapes.map((shape, k) => ({
      id: `${mean} µs, ${shape}`,
      command: nodeScript("cells/skew-swath.js", shape, WORKERS, runs, k + 1, mean),
      check: ({ errors }) => Object.values(errors).find((text) => text.startsWith("expected ")),
    })),
  );
  const results = await runRounds(cells, { rounds: rounds ?? (quick ? 1 : 2), log });
  const ratios = ratiosOf(results);
  return {
    title: `skew: 2000 items, spun by the clock, ${WORKERS} workers, warm pool; time / max(plain loop / P, longest item), median`,
    text: [
      results.describeNoise(),
      ...SIZES.map(({ mean }) => tableOf(results, ratiosAt(ratios, mean))),
    ].join("\n\n"),
    targets: SIZES.flatMap(({ mean }) => targetsOf(ratiosAt(ratios, mean), mean)),
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

function ratiosAt(ratios, mean) {
  const prefix = `${mean} µs, `;
  return Object.fromEntries(Object.entries(ratios).filter(([id]) => id.startsWith(prefix)));
}

function tableOf(results, ratios) {
  const rows = Object.keys(ratios).map((id) => {
    const missing = results.missing(id);
    if (missing !== undefined) return [id, missing];
    return [id, ...SCHEDULES.map((name) => cellOf(ratios[id][name]))];
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

function targetsOf(ratios, mean) {
  const limits = { auto: 1.06, balanced: 1.01 };
  return Object.entries(limits).flatMap(([schedule, atMost]) => [
    ...Object.entries(ratios).map(([id, shape]) =>
      judge({
        name: `${schedule}, ${id}`,
        value: median(shape[schedule]),
        atMost,
        unit: "x",
      }),
    ),
    judge({
      name: `${schedule}, ${mean} µs, geometric mean over the shapes`,
      value: geometricMean(ratios, schedule),
      atMost,
      unit: "x",
    }),
  ]);
}
