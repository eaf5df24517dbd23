// Is swath ever slower than the loop? Items of 20 ns to 100 ms, of 8 B to 8 MB, 1 to a million.
import { iterationsPerMicrosecond } from "../burn.js";
import { runRounds } from "../harness.js";
import { nodeScript } from "../process.js";
import { median } from "../statistics.js";
import { formatTable, three } from "../table.js";
import { judge } from "../targets.js";

const COSTS_NS = [20, 1_000, 100_000, 10_000_000, 100_000_000];
const BYTES = [8, 1_024, 65_536, 1_048_576, 8_388_608];
const COUNTS = [1, 10, 100, 10_000, 1_000_000];
/** Of the small run. */
const QUICK_BYTES = [8, 65_536];
/** Cells whose loop takes longer are left out: they say what shorter ones say. */
const MAX_LOOP_MS = 1_200;
/** Cells whose items take more memory are left out. */
const MAX_TOTAL_BYTES = 3e8;
/** A loop that takes so long must become as fast as it is on threads. */
const LONG_LOOP_MS = 900;
const MODES = ["loop", "auto", "warm", "cold"];

/** @param {{ quick: boolean, rounds?: number, only?: readonly string[], log: (line: string) => void }} options */
export async function runGridSuite({ quick, rounds, only, log }) {
  const perMicrosecond = iterationsPerMicrosecond();
  const grid = gridOf(quick).filter(({ id }) => only === undefined || only.includes(id));
  const cells = grid.flatMap((cell) => MODES.map((mode) => cellOf(cell, mode, perMicrosecond)));
  const results = await runRounds(cells, {
    rounds: rounds ?? (quick ? 2 : 3),
    memoryMB: 600,
    log,
  });
  const figures = grid.map((cell) => figuresOf(results, cell));
  return {
    title: `grid: cost × bytes × number of items, 2 workers; ${grid.length} cells, in ms`,
    text: [results.describeNoise(), table(figures)].join("\n\n"),
    targets: targetsOf(figures),
    failed: results.failed,
    json: { results, figures },
  };
}

function gridOf(quick) {
  const grid = [];
  for (const cost of COSTS_NS) {
    for (const bytes of quick ? QUICK_BYTES : BYTES) {
      for (const count of COUNTS) {
        const isLong = (cost * count) / 1e6 > MAX_LOOP_MS || bytes * count > MAX_TOTAL_BYTES;
        if (isLong) continue;
        const id = `${costText(cost)}-${bytesText(bytes)}-${count}`;
        grid.push({ id, cost, bytes, count });
      }
    }
  }
  return grid;
}

function cellOf({ id, cost, bytes, count }, mode, perMicrosecond) {
  const iterations = Math.max(1, Math.round((cost / 1e3) * perMicrosecond));
  const least = leastSum(count);
  return {
    id: `swath-${mode}:${id}`,
    command: nodeScript("cells/grid-cell.js", mode, iterations, bytes, count),
    check: ({ sum }) =>
      sum === least || sum === least + count ? undefined : `expected ${least}, got ${sum}`,
  };
}

/** Of items `i % 100`; each result may be one more, but then all are. */
function leastSum(count) {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += i % 100;
  return sum;
}

function figuresOf(results, { id, cost, bytes, count }) {
  const of = (mode, field) => 1e3 * median(results.values(`swath-${mode}:${id}`, field));
  const [loop, auto, cold, warm] = ["loop", "auto", "cold", "warm"].map((mode) => of(mode));
  return { id, cost, bytes, count, loop, auto, cold, warm, warmLoop: of("warm", "loopSeconds") };
}

function table(figures) {
  const rows = figures.map(({ cost, bytes, count, loop, auto, warm, warmLoop, cold }) => [
    `${costText(cost)} × ${bytesText(bytes)} × ${count}`,
    three(loop),
    three(auto),
    against(auto, loop),
    three(warm),
    against(warm, warmLoop),
    three(cold),
    against(cold, loop),
  ]);
  const head = ["cell", "loop", "auto", "× (+ms)", "warm pool", "× (+ms)", "cold", "× (+ms)"];
  return formatTable(head, rows);
}

function against(time, loop) {
  const over = time - loop;
  return `${three(time / loop)} (${over < 0 ? "-" : "+"}${three(Math.abs(over))})`;
}

function targetsOf(figures) {
  const over = (time, loop, factor) => (figure) => figure[time] - factor * figure[loop];
  const autoMiddle = median(figures.map(over("auto", "loop", 1.05)));
  const autoWorst = worst(figures, over("auto", "loop", 1.15));
  const warmWorst = worst(figures, over("warm", "warmLoop", 1.1));
  const missing = figures.filter((figure) => over("warm", "warmLoop", 1.1)(figure) > 2);
  const small = figures.filter(({ bytes }) => bytes === 8);
  const smallWorst = worst(small, over("warm", "warmLoop", 1.1));
  const coldWorst = worst(figures, over("cold", "loop", 1.1));
  const long = figures.filter(({ loop }) => loop >= LONG_LOOP_MS);
  const slowest = worst(long, ({ auto, cold }) => auto / cold);
  const ms = (name, value, atMost, note) => judge({ name, value, atMost, unit: " ms", note });
  return [
    ms("auto: ms over 1.05 × the loop, median cell", autoMiddle, 3),
    ms("auto: ms over 1.15 × the loop, worst cell", autoWorst.value, 15, autoWorst.id),
    judge({
      name: `auto / threads, worst cell of ${LONG_LOOP_MS} ms and more`,
      value: slowest.value,
      atMost: 1.1,
      unit: "x",
      note: slowest.id,
    }),
    ms("warm pool: ms over 1.1 × the loop, worst cell", warmWorst.value, 2, warmWorst.id),
    ms("the same, items of 8 B", smallWorst.value, 2, smallWorst.id),
    judge({
      name: "warm pool: cells beyond that",
      value: missing.length,
      atMost: 0,
      note: `of ${figures.length}: ${missing.map(({ id }) => id).join("; ") || "none"}`,
    }),
    ms("cold pool: ms over 1.1 × the loop, worst cell", coldWorst.value, 42, coldWorst.id),
  ];
}

function worst(figures, value) {
  const found = figures.map((figure) => ({ id: figure.id, value: value(figure) }));
  return found.sort((a, b) => b.value - a.value)[0] ?? { id: "none", value: Number.NaN };
}

function costText(nanoseconds) {
  if (nanoseconds < 1e3) return `${nanoseconds}ns`;
  return nanoseconds < 1e6 ? `${nanoseconds / 1e3}us` : `${nanoseconds / 1e6}ms`;
}

function bytesText(bytes) {
  if (bytes < 1_024) return `${bytes}B`;
  return bytes < 1_048_576 ? `${bytes / 1_024}KB` : `${bytes / 1_048_576}MB`;
}
