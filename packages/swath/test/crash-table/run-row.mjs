/**
 * Runs one row of the table in one of its modes and prints one line of JSON:
 * `{ row, mode, node, problems, ms }`. `problems` is empty where all is as the table says. Then it
 * must end by itself: it is for whoever started it to see that it does.
 *
 * node run-row.mjs ROW MODE
 */
import { isDeepStrictEqual } from "node:util";
import { createPool, range } from "swath";
import * as tasks from "./fixtures/tasks.mjs";
import { BAD, ITEMS, modesOf, sourceOf, TABLE, WORKERS } from "./table.mjs";

const [name, mode] = process.argv.slice(2);
const row = TABLE.find((one) => one.name === name);
if (row === undefined || !modesOf(row).includes(mode)) {
  throw new Error(`Expected a row and one of its modes, got ${name} ${mode}`);
}

const problems = [];
for (const event of ["unhandledRejection", "uncaughtException"]) {
  process.on(event, (error) => {
    console.log(
      JSON.stringify({ row: name, mode, problems: [`${event}: ${error?.stack ?? error}`] }),
    );
    process.exit(1);
  });
}

const warnings = [];
process.on("warning", (warning) => warnings.push(warning));
if (row.preload !== undefined) process.env.SWATH_TEST_PRELOAD = row.preload;
const begin = performance.now();
const runs = counters();
const pool = createPool({ workers: WORKERS, ...row.pool });
await {
  stop: async () => checkStopped(await outcomeOf(() => badJob())),
  settled: async () => checkSettled(await outcomeOf(() => badJob().settled())),
  each: async () => checkEach(await outcomeOf(eachJob)),
  fold: async () => checkFold(await outcomeOf(foldJob)),
}[mode]();
checkRuns();
delete process.env.SWATH_TEST_PRELOAD;
await checkNextJob();
await pool.close();
checkWarnings();

console.log(
  JSON.stringify({
    row: name,
    mode,
    node: process.versions.node,
    problems,
    ms: Math.round(performance.now() - begin),
  }),
);

function counters() {
  return new Int32Array(new SharedArrayBuffer(4 * ITEMS));
}

function badJob(options = optionsOf({ runs })) {
  return pool.map(sourceOf(row), row.task, options);
}

function eachJob() {
  return pool.forEach(sourceOf(row), row.task, { ...optionsOf({ runs }), onError: "collect" });
}

/** Bad items go wrong in their first run only. */
function foldJob() {
  return pool.reduce(sourceOf(row), row.task, {
    ...optionsOf({ runs, isOnce: true }),
    retries: 1,
    initial: { sum: 0 },
    combine: (a, b) => ({ sum: a.sum + b.sum }),
  });
}

function optionsOf(shared) {
  const options = { with: shared, ...row.options };
  if (row.abortAfter !== undefined) {
    const controller = new AbortController();
    const reason = new DOMException("enough", "AbortError");
    setTimeout(() => controller.abort(reason), row.abortAfter);
    options.signal = controller.signal;
  }
  return options;
}

async function outcomeOf(start) {
  try {
    return { value: await start() };
  } catch (error) {
    return { error };
  }
}

function checkStopped({ value, error }) {
  const expected = row.job ?? row.item ?? row.late;
  if (expected === undefined) return checkWhole({ value, error });
  if (error === undefined) return void problems.push(`the job gave ${value?.length} results`);
  compare("the job's error", error, expected);
  if (row.job === undefined && !BAD.includes(error.itemIndex)) {
    problems.push(`the job's error names item ${error.itemIndex}, not one of ${BAD.join(", ")}`);
  }
}

function checkWhole({ value, error }) {
  if (error !== undefined) problems.push(`the job rejected: ${error.code} ${error.message}`);
  else if (value.length !== ITEMS || value.some((one, i) => !isRight(one, i))) {
    problems.push("the job gave wrong results");
  }
}

function isRight(value, index) {
  return isDeepStrictEqual(value, tasks.valueOf(index));
}

function checkEach({ error }) {
  if (row.item === undefined) {
    if (error !== undefined) problems.push(`the job rejected: ${error.code} ${error.message}`);
    return;
  }
  if (error?.code !== "SWATH_TASKS_FAILED") return compare("the job's error", error, row.item);
  for (const one of error.errors) compare("an item's error", one, row.item);
  const named = error.errors.map(({ itemIndex }) => itemIndex).toSorted((a, b) => a - b);
  if (named.join() !== BAD.join()) problems.push(`the errors name the items ${named.join()}`);
}

function checkFold({ value, error }) {
  if (row.late !== undefined) return compare("the job's error", error, row.late);
  if (error !== undefined) problems.push(`the job rejected: ${error.code} ${error.message}`);
  else if (value.sum !== (ITEMS * (ITEMS - 1)) / 2) problems.push(`the sum was ${value.sum}`);
}

/** What is done is done once, whatever became of the thread that did it. */
function checkRuns() {
  const stops = mode === "stop" || row.job !== undefined || (mode === "fold" && row.late);
  for (const [index, count] of runs.entries()) {
    const isBad = BAD.includes(index);
    const most = isBad ? runsOfBad() : 1;
    const least = stops ? 0 : most;
    if (count >= least && count <= most) continue;
    problems.push(`${isBad ? "bad" : "innocent"} item ${index} ran ${count} times`);
  }
}

function runsOfBad() {
  if (mode === "fold" && row.late === undefined) return 2;
  return row.runs ?? 1;
}

function checkSettled({ value, error }) {
  if (row.job !== undefined) {
    if (error === undefined) problems.push(`the job gave ${value?.length} results`);
    else compare("the job's error", error, row.job);
    return;
  }
  if (error !== undefined)
    return void problems.push(`the job rejected: ${error.code} ${error.message}`);
  if (value.length !== ITEMS) problems.push(`${value.length} results for ${ITEMS} items`);
  for (let i = 0; i < ITEMS; i++) checkItem(i, value[i]);
}

function checkItem(index, result) {
  const fails = row.item !== undefined && BAD.includes(index);
  if (!fails) {
    if (result?.status !== "fulfilled") {
      problems.push(`item ${index} was ${result?.status}: ${result?.reason?.message}`);
    } else if (!isRight(result.value, index)) problems.push(`item ${index} gave ${result.value}`);
    return;
  }
  if (result?.status !== "rejected") {
    return void problems.push(`item ${index} was ${result?.status}, not rejected`);
  }
  const { reason } = result;
  compare(`item ${index}'s reason`, reason, row.item);
  if (reason.itemIndex !== index) problems.push(`item ${index}'s reason names ${reason.itemIndex}`);
}

/** A callback that throws when its item is done can only be warned of. */
function checkWarnings() {
  for (const warning of warnings) {
    if (row.late === undefined) problems.push(`warned of ${warning.name}: ${warning.message}`);
    else compare("the warning", warning, row.late);
  }
  if (row.late === undefined || mode === "stop" || mode === "fold") return;
  const named = warnings.map(({ itemIndex }) => itemIndex).toSorted((a, b) => a - b);
  if (named.join() !== BAD.join()) problems.push(`the warnings name the items ${named.join()}`);
}

function compare(what, error, { code, name, says, cause }) {
  if (code !== undefined && error?.code !== code) {
    problems.push(`${what} has code ${error?.code}, not ${code}: ${error?.message}`);
  }
  if (name !== undefined && error?.name !== name) {
    problems.push(`${what} has name ${error?.name}, not ${name}`);
  }
  if (says !== undefined && !error?.message?.includes(says)) {
    problems.push(`${what} does not say ${says}: ${error?.message}`);
  }
  if (cause !== undefined) compare(`${what}'s cause`, error?.cause, cause);
}

async function checkNextJob() {
  const { value, error } = await outcomeOf(() =>
    pool.map(range(ITEMS), tasks.good, { with: { runs: counters() } }),
  );
  const before = problems.length;
  checkWhole({ value, error });
  if (problems.length > before) problems.push("that was the next job on the pool");
}
