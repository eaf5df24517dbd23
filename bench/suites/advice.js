// Does advice name what is wrong with a job, and does the job then save what was promised?
import { existsSync } from "node:fs";
import { join } from "node:path";
import { scratch } from "../fixtures/flagship.js";
import { runRounds } from "../harness.js";
import { benchPath, nodeScript, run } from "../process.js";
import { median } from "../statistics.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

/** Jobs with a fault, the rule that is to find it, and what else may be advised of it. */
const JOBS = [
  { job: "strips", rule: "SW103", change: /"(steal|guided)"/ },
  { job: "halves", rule: "SW103", change: /"(steal|guided)"/ },
  { job: "clone", rule: "SW202", change: /move\(.*share\(/, others: ["SW204"] },
  { job: "tiny", rule: "SW101", change: /chunk/, others: ["SW401"] },
  { job: "results", rule: "SW203", change: /columns/ },
];
/** Of each side of Australia: 10,025 x 9,593 pixels. */
const SCALE = 0.25;
const WITHIN = 0.1;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runAdviceSuite({ quick, rounds, only, log }) {
  const file = await sample(log);
  const jobs = JOBS.filter(({ job }) => only === undefined || only.includes(job));
  const cells = jobs.flatMap((each) =>
    ["before", "after"].map((when) => ({
      id: `${each.job} ${when}`,
      command: nodeScript("cells/advice-swath.js", each.job, when, file),
      check: () => undefined,
    })),
  );
  const results = await runRounds(cells, {
    rounds: rounds ?? (quick ? 1 : 9),
    memoryMB: 1300,
    log,
  });
  const figures = jobs.map((each) => figuresOf(results, each));
  return {
    title: "advice: jobs with a known fault, the advice on them, and the same jobs as advised",
    text: [results.describeNoise(), tableOf(figures), figures.map(verdictText).join("\n")].join(
      "\n\n",
    ),
    targets: figures.flatMap(targetsOf),
    failed: results.failed,
    json: { results, figures },
  };
}

async function sample(log) {
  const file = join(scratch, "australia-quarter.tif");
  if (existsSync(file)) return file;
  log(`making ${file}`);
  const program = benchPath("../packages/swath/dist/bundle/main.js");
  const options = ["raster", "sample", "australia", "-o", file, "--scale", String(SCALE)];
  const { code, stderr } = await run([process.execPath, program, ...options]);
  if (code !== 0) throw new Error(`swath raster sample australia: ${stderr.trim()}`);
  return file;
}

function figuresOf(results, { job, rule, change, others = [] }) {
  const before = results.samples.filter(({ id }) => id === `${job} before`);
  const found = before.map(({ advice }) => advice.find(({ id }) => id === rule));
  const named = found.filter((advice) => advice !== undefined && change.test(advice.change));
  const beside = others.map((other) => {
    return before.filter(({ advice }) => advice.some(({ id }) => id === other)).length;
  });
  const [from, to] = ["before", "after"].map((when) => results.summary(`${job} ${when}`).median);
  const predicted = median(named.map(({ savingSeconds }) => savingSeconds));
  const { idle, verdict } = before[0] ?? {};
  const text = found.find((advice) => advice !== undefined);
  return {
    job,
    rule,
    others,
    runs: before.length,
    named: named.length,
    beside,
    from,
    to,
    predicted,
    saved: from - to,
    idle,
    verdict,
    text,
  };
}

function tableOf(figures) {
  const rows = figures.map(({ job, rule, runs, named, from, to, predicted, saved, idle }) => [
    job,
    `${rule} in ${named} of ${runs}`,
    three(from),
    three(to),
    three(saved),
    three(predicted),
    `${(100 * (predicted / saved - 1)).toFixed(1)} %`,
    three(idle),
  ]);
  const head = ["job", "found", "s", "s as advised", "saved", "predicted", "off by", "idle"];
  return formatTable(head, rows);
}

function verdictText({ job, verdict, text }) {
  const advice =
    text === undefined ? "nothing was advised" : `${text.title}: ${text.evidence}. ${text.change}`;
  return `${job}: ${verdict}\n  ${advice}`;
}

function targetsOf({ job, rule, others, runs, named, beside, predicted, saved }) {
  return [
    judge({ name: `${job}: runs in which ${rule} finds it`, value: named / runs, atLeast: 1 }),
    ...others.map((other, i) =>
      judge({ name: `${job}: runs in which ${other} does`, value: beside[i] / runs, atLeast: 1 }),
    ),
    judge({
      name: `${job}: predicted saving against the measured one`,
      value: 100 * Math.abs(predicted / saved - 1),
      atMost: 100 * WITHIN,
      unit: " %",
    }),
  ];
}
