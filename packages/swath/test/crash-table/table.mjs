/**
 * What can go wrong in a job, and what must come of it. Plain data and plain JavaScript, so that
 * every Node that swath serves can run it, not only the one that runs the tests.
 *
 * Each row is a job of `ITEMS` items on a pool of two workers, of which `BAD` are bad. Whatever
 * happens, no other item runs more than once, and exactly once where the job does not stop.
 */
import { fromModule, range } from "swath";
import * as tasks from "./fixtures/tasks.mjs";

export const ITEMS = 200;
export const WORKERS = 2;
export const { BAD } = tasks;

/** How a row is run: what the job is, and what it does when an item fails. */
const MODES = ["stop", "settled"];
/** Rows that end threads: in `forEach`; and in `reduce`, where only the first run goes wrong. */
const MODES_OF_LOSS = [...MODES, "each", "fold"];

/** The modes that a row is run in. */
export function modesOf({ isLoss = false }) {
  return isLoss ? MODES_OF_LOSS : MODES;
}

/**
 * @typedef {object} Expected an error: what is given must be so
 * @property {string} [code]
 * @property {string} [name]
 * @property {string} [says] part of its message
 * @property {{ code?: string, name?: string, says?: string }} [cause]
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {string} title
 * @property {Function} task
 * @property {() => unknown} [source] default: the numbers from 0
 * @property {object} [options] of the job
 * @property {object} [pool] options of the pool
 * @property {number} [abortAfter] milliseconds until the job's signal is aborted
 * @property {boolean} [isLoss] whether it ends threads while items run
 * @property {number} [runs] how often a bad item runs, where it goes wrong each time; default 1
 * @property {string} [preload] how workers end before they run anything: "exit" or "throw"
 * @property {Expected} [item] what each bad item fails with; the job, too, where it stops
 * @property {Expected} [job] what the job fails with, whatever its items do
 * @property {Expected} [late] what the job fails with where it stops; `settled` has all results
 *
 * A row with none of the three comes out whole: what its bad items do must not matter.
 */

const module = (name) => fromModule(new URL(`./fixtures/${name}.mjs`, import.meta.url)).triple;

const failed = (says, cause = {}) => ({
  code: "SWATH_TASK_FAILED",
  says,
  cause: { says, ...cause },
});
const died = { code: "SWATH_WORKER_DIED" };

function brokenItems() {
  const items = Array.from({ length: ITEMS }, (_, i) => ({ size: i }));
  for (const index of BAD) {
    Object.defineProperty(items[index], "size", {
      enumerable: true,
      get() {
        throw new Error("no size here");
      },
    });
  }
  return items;
}

/** @type {readonly Row[]} */
export const TABLE = [
  {
    name: "exit",
    title: "`process.exit()` in a task",
    isLoss: true,
    runs: 3,
    task: tasks.exits,
    item: { ...died, says: "code 3" },
  },
  {
    name: "exit-later",
    title: "`process.exit()` after an await",
    isLoss: true,
    runs: 3,
    task: tasks.exitsLater,
    item: { ...died, says: "code 3" },
  },
  {
    name: "exit-zero",
    title: "`process.exit()` that reports success",
    isLoss: true,
    runs: 3,
    task: tasks.exitsWithZero,
    item: { ...died, says: "code 0" },
  },
  {
    name: "port-closed",
    title: "a task that closes the port to its parent",
    task: tasks.closesPort,
  },
  {
    name: "port-deaf",
    title: "a task that takes the listeners off the port to its parent",
    task: tasks.deafensPort,
  },
  {
    name: "timer",
    title: "uncaught exception in a timer",
    isLoss: true,
    task: tasks.throwsInTimer,
    item: failed("from a timer"),
  },
  {
    name: "timer-late",
    title: "uncaught exception in a timer of an item that is done",
    isLoss: true,
    task: tasks.throwsLate,
    options: { schedule: "dynamic", chunk: 1 },
    late: failed("after its result"),
  },
  {
    name: "rejection",
    title: "unhandled rejection",
    isLoss: true,
    task: tasks.rejectsUnheard,
    item: failed("nobody listens"),
  },
  {
    name: "heap",
    title: "heap limit reached",
    isLoss: true,
    runs: 3,
    task: tasks.fillsHeap,
    pool: { resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } },
    item: { ...died, cause: { code: "ERR_WORKER_OUT_OF_MEMORY" } },
  },
  {
    name: "loop-timeout",
    title: "endless loop with `timeout`",
    isLoss: true,
    task: tasks.loops,
    options: { timeout: 600 },
    item: { code: "SWATH_TASK_TIMEOUT", says: "600 ms" },
  },
  {
    name: "microtasks-timeout",
    title: "endless loop of microtasks with `timeout`",
    isLoss: true,
    task: tasks.loopsOnMicrotasks,
    options: { timeout: 600 },
    item: { code: "SWATH_TASK_TIMEOUT", says: "600 ms" },
  },
  {
    name: "promise-timeout",
    title: "promise that never settles with `timeout`",
    isLoss: true,
    task: tasks.neverSettles,
    options: { timeout: 600 },
    item: { code: "SWATH_TASK_TIMEOUT", says: "600 ms" },
  },
  {
    name: "loop-signal",
    title: "endless loop with `signal`",
    task: tasks.loops,
    abortAfter: 300,
    job: { name: "AbortError", says: "enough" },
  },
  {
    name: "promise-signal",
    title: "promise that never settles with `signal`",
    task: tasks.neverSettles,
    abortAfter: 300,
    job: { name: "AbortError", says: "enough" },
  },
  {
    name: "result",
    title: "result that cannot be cloned",
    task: tasks.returnsFunction,
    item: failed("`value.rows[1].close` is a function", { code: "SWATH_NOT_SENDABLE" }),
  },
  {
    name: "result-getter",
    title: "result with a getter that throws",
    task: tasks.returnsGetter,
    item: failed("`value.size` is a property that cannot be read", { code: "SWATH_NOT_SENDABLE" }),
  },
  {
    name: "overflow",
    title: "stack overflow",
    task: tasks.overflows,
    item: failed("call stack", { name: "RangeError" }),
  },
  { name: "string", title: "a string", task: tasks.throwsString, item: failed("just text") },
  {
    name: "undefined",
    title: "`undefined`",
    task: tasks.throwsUndefined,
    item: failed("undefined"),
  },
  { name: "symbol", title: "a symbol", task: tasks.throwsSymbol, item: failed("Symbol(mark)") },
  {
    name: "frozen",
    title: "a frozen error",
    task: tasks.throwsFrozen,
    item: failed("frozen", { name: "RangeError", code: "E_FROZEN" }),
  },
  {
    name: "getter",
    title: "an error with a getter that throws",
    task: tasks.throwsGetter,
    item: failed("has a getter"),
  },
  {
    name: "unreadable",
    title: "an error whose name, message, stack and cause cannot be read",
    task: tasks.throwsUnreadable,
    item: failed("cannot be read"),
  },
  {
    name: "private",
    title: "an error of a class with private fields",
    task: tasks.throwsPrivate,
    item: failed("with private fields", { code: "E_DENIED" }),
  },
  {
    name: "instance",
    title: "an object with private fields that is no error",
    task: tasks.throwsInstance,
    item: failed("[object Object]"),
  },
  {
    name: "revoked",
    title: "a revoked proxy",
    task: tasks.throwsRevoked,
    item: failed("cannot be read"),
  },
  {
    name: "input",
    title: "a getter that throws in the input",
    runs: 0,
    task: tasks.good,
    source: brokenItems,
    item: { code: "SWATH_NOT_SENDABLE", says: "no size here" },
  },
  {
    name: "start-exit",
    title: "a worker that ends while it starts",
    task: tasks.good,
    preload: "exit",
    job: { ...died, says: "before it could start" },
  },
  {
    name: "start-throw",
    title: "a worker that throws while it starts",
    task: tasks.good,
    preload: "throw",
    job: { ...died, says: "this preload fails" },
  },
  {
    name: "init-throw",
    title: "`init` that throws",
    task: tasks.good,
    options: { init: tasks.initThrows },
    job: { ...failed("no database"), says: "`init` of task `good` failed" },
  },
  {
    name: "init-exit",
    title: "`process.exit()` in `init`",
    task: tasks.good,
    options: { init: tasks.initExits },
    job: { ...died, says: "code 4" },
  },
  {
    name: "import-throw",
    title: "a module that throws on import",
    task: module("throws"),
    job: failed("this module never loads"),
  },
  {
    name: "import-exit",
    title: "`process.exit()` on import",
    task: module("exits"),
    job: { ...died, says: "code 6" },
  },
  {
    name: "import-await",
    title: "a module that waits for ever on import",
    task: module("awaits"),
    options: { loadTimeout: 500 },
    job: { code: "SWATH_LOAD_TIMEOUT", says: "awaits.mjs" },
  },
  {
    name: "import-loop",
    title: "a module that loops for ever on import",
    task: module("loops"),
    options: { loadTimeout: 500 },
    job: { code: "SWATH_LOAD_TIMEOUT", says: "loops.mjs" },
  },
];

/** Items of a row, made afresh for each job. */
export function sourceOf(row) {
  return row.source?.() ?? range(ITEMS);
}
