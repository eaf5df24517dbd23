// Whether reports are right: jobs that lose a known part of their time, and jobs that are short of
// one thing.
import { mkdirSync } from "node:fs";
import { scratch } from "../fixtures/flagship.js";
import { runRounds } from "../harness.js";
import { nodeScript } from "../process.js";
import { median } from "../statistics.js";
import { formatTable } from "../table.js";
import { judge } from "../targets.js";

const BUCKETS = ["start", "tail", "starve", "transfer", "gc", "useful"];
const KINDS = [
  "cpu",
  "memory",
  "unseen",
  "disk",
  "garbage",
  "coordinator",
  "network",
  "waiting",
  "nothing",
];
/**
 * Short of memory, too, but of memory that only the tasks know: named so where workers slow each
 * other down by it, as two threads by hand have shown in the same process.
 */
const SHORT_BY_HAND = 0.85;
/**
 * Runs so near to it say nothing, and are not counted: on a machine that others use, the same two
 * threads make so much more or less of it from one second to the next.
 */
const DOUBT = 0.05;
/** A reported share may be so far from the known one. */
const POINTS = 3;

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runBoundsSuite({ quick, rounds, only, log }) {
  mkdirSync(scratch, { recursive: true });
  const cells = allCells().filter(({ id }) => only === undefined || only.includes(id));
  const results = await runRounds(cells, {
    rounds: rounds ?? (quick ? 1 : 3),
    memoryMB: 3500,
    log,
  });
  return {
    title: "bounds: what reports say of jobs of which it is known",
    text: [results.describeNoise(), lossTable(results), boundTable(results)].join("\n\n"),
    targets: [...lossTargets(results), ...boundTargets(results)],
    failed: results.failed,
    json: { results },
  };
}

function allCells() {
  return [
    { id: "losses", command: nodeScript("cells/known-losses.js"), check: () => undefined },
    ...KINDS.map((kind) => ({
      id: kind,
      command: nodeScript("cells/bounds.js", kind, scratch),
      check: () => undefined,
    })),
  ];
}

/** Median over the runs, in percent. */
function sharesOf(results, bucket) {
  const runs = results.values("losses", "shares").map((shares) => shares[bucket]);
  const of = (field) => 100 * median(runs.map((run) => run[field]));
  const off = median(runs.map(({ expected, reported }) => 100 * Math.abs(reported - expected)));
  return { expected: of("expected"), reported: of("reported"), off };
}

function lossTable(results) {
  if (!results.cells.includes("losses")) return "";
  const rows = BUCKETS.map((bucket) => {
    const { expected, reported } = sharesOf(results, bucket);
    return [bucket, expected.toFixed(1), reported.toFixed(1)];
  });
  return formatTable(["bucket", "known %", "reported %"], rows);
}

function boundTable(results) {
  const rows = KINDS.filter((kind) => results.cells.includes(kind)).map((kind) => {
    const [bound] = results.values(kind, "bound");
    return [kind, bound?.kind ?? results.missing(kind), `  ${bound?.evidence ?? ""}`];
  });
  return formatTable(["built to be short of", "reported", "  evidence"], rows);
}

function lossTargets(results) {
  if (!results.cells.includes("losses")) return [];
  return BUCKETS.map((bucket) =>
    judge({
      name: `reported against known share of ${bucket}`,
      value: sharesOf(results, bucket).off,
      atMost: POINTS,
      unit: " points",
    }),
  );
}

function boundTargets(results) {
  return KINDS.filter((kind) => results.cells.includes(kind)).map((kind) => {
    const byHand = results.values(kind, "byHand");
    const judged = results
      .values(kind, "bound")
      .map((bound, i) => ({ bound, name: nameFor(kind, byHand[i]) }))
      .filter(({ name }) => name !== undefined);
    const right = judged.filter(({ bound, name }) => bound.kind === name).length / judged.length;
    const known =
      kind === "unseen"
        ? ` (two threads by hand: ${median(byHand.flat()).toFixed(2)} of one each; ${judged.length} clear runs)`
        : "";
    return judge({
      name: `runs short of ${kind} that are named right${known}`,
      value: right,
      atLeast: 1,
    });
  });
}

function nameFor(kind, byHand) {
  if (kind !== "unseen") return kind;
  if (byHand.every((scaling) => scaling < SHORT_BY_HAND - DOUBT)) return "memory";
  return byHand.every((scaling) => scaling > SHORT_BY_HAND + DOUBT) ? "cpu" : undefined;
}
