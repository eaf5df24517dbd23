import type { PackCode } from "../codecs/columns/pack-text.ts";
import type { DirectRows } from "../codecs/columns/packer.ts";
import type { Store } from "../codecs/columns/store.ts";
import type { JobMode, SourceAccess } from "../protocol/messages.ts";
import type { ResultWriter } from "../shared/result-writer.ts";
import { BEAT } from "./beat.ts";
import type { JobHost } from "./host.ts";
import type { ItemMaker } from "./item-access.ts";

/** What every loop is called with. */
type LoopArguments = [
  task: (...args: never[]) => unknown,
  context: { index: number },
  from: number,
  end: number,
  /** First index of the chunk. */
  start: number,
  source: unknown,
  /** Its `beat.item` becomes the index of each item before the task is called. */
  host: JobHost,
];

/**
 * Calls the task for the indices `[from, end)` until it returns a promise: then returns that
 * promise, `context.index` telling whose it is; else undefined.
 */
export type Loop = (
  ...args: [
    ...LoopArguments,
    /** Results by `index - base`, or the accumulator as its only element; or who writes them. */
    values: unknown[] | ResultWriter,
    base: number,
  ]
) => Promise<unknown> | undefined;

/**
 * A {@link Loop} that puts results into columns itself. It ends at the first that has no place,
 * too; of that one, and of one that throws, a part may be there.
 */
export type DirectLoop = (
  ...args: [...LoopArguments, store: Store]
) => Promise<unknown> | Unplaced | undefined;

/** A result that has no place in the columns as they are. */
export class Unplaced {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** What a loop does. */
interface LoopKind {
  readonly mode: JobMode;
  readonly source: Exclude<SourceAccess["kind"], "opened">;
  /** Whether the thread may be ended because of an item: see `JobHost.gate`. */
  readonly isGated: boolean;
  /** Whether each result is saved at once. */
  readonly saves: boolean;
}

/** The loops of one job: one that saves results and one that does not, made when it is needed. */
export class Loops {
  readonly #task: object;
  readonly #kind: Omit<LoopKind, "saves">;
  readonly #writer: ResultWriter | undefined;
  readonly #made = new Map<boolean, Loop>();
  #direct: { readonly code: PackCode; readonly loop: DirectLoop | undefined } | undefined;

  /**
   * @param task that they will be called with
   * @param writer takes the results, where they are not collected
   */
  constructor(task: object, kind: Omit<LoopKind, "saves">, writer?: ResultWriter) {
    this.#task = task;
    this.#kind = kind;
    this.#writer = writer;
  }

  loop(saves: boolean): Loop {
    let loop = this.#made.get(saves);
    if (loop === undefined) {
      loop = loopFor(this.#task, { ...this.#kind, saves }, this.#writer);
      this.#made.set(saves, loop);
    }
    return loop;
  }

  /** Undefined where making code from text is forbidden. */
  direct({ code }: DirectRows): DirectLoop | undefined {
    if (this.#direct?.code !== code) {
      const text = directText(this.#kind, code);
      this.#direct = { code, loop: compiled(this.#task, text) as DirectLoop | undefined };
    }
    return this.#direct.loop;
  }
}

/** By task, then by its text: a later job of the same task finds it compiled. */
const loops = new WeakMap<object, Map<string, unknown>>();
/** So many loops of a task are kept: it returns few shapes. */
const MAX_LOOPS = 64;

/**
 * A loop of its own for one task. V8 learns per piece of code what it calls: a loop that all
 * tasks share would call every task through an indirect call, while a fresh copy inlines the one
 * task that it ever sees (4 to 6 times faster for a task of a few nanoseconds).
 *
 * Where making code from text is forbidden (`--disallow-code-generation-from-strings`), the
 * shared loop serves.
 */
function loopFor(task: object, kind: LoopKind, writer: ResultWriter | undefined): Loop {
  return (compiled(task, loopText(kind, writer)) as Loop | undefined) ?? sharedLoop(kind);
}

function compiled(task: object, text: string): unknown {
  const ofTask = loops.get(task) ?? new Map<string, unknown>();
  loops.set(task, ofTask);
  let loop = ofTask.get(text);
  if (loop === undefined) {
    try {
      loop = new Function("Unplaced", text)(Unplaced);
    } catch {
      return undefined;
    }
    if (ofTask.size >= MAX_LOOPS) ofTask.clear();
    ofTask.set(text, loop);
  }
  return loop;
}

const ITEM = {
  payload: "source[i - start]",
  range: "source.first + i * source.step",
  view: "source.view[i]",
  shared: "source.item(i)",
  table: "source.item(i)",
} as const;

function loopText({ mode, source, isGated, saves }: LoopKind, writer?: ResultWriter): string {
  const call = mode === "fold" ? "task(total, ITEM, context)" : "task(ITEM, context)";
  const result = saves ? "saver.keep(i, value)" : "value";
  const map = writer === undefined ? `values[i - base] = ${result};` : writeText(writer);
  const keep = { map, each: "", fold: "total = value;" }[mode];
  const flush = mode === "fold" ? "values[0] = total;" : "";
  return `"use strict";
return function loop(task, context, from, end, start, source, host, values, base) {
  const { beat, gate, saver } = host;
  ${mode === "fold" ? "let total = values[0];" : ""}
  ${writer?.elements === undefined ? "" : "const { elements } = values;"}
  for (let i = from; i < end; i++) {
    context.index = i;
    beat[${BEAT.item}] = i;
    ${isGated ? "if ((Atomics.add(gate, 0, 2) & 1) === 1) host.end();" : ""}
    const value = ${call.replace("ITEM", ITEM[source])};
    if (typeof value === "object" && value !== null && typeof value.then === "function") {
      ${flush}
      return value;
    }
    ${keep}
  }
  ${flush}
};`;
}

/**
 * Where a result is wholly known, V8 need not make it at all (7 ms instead of 33 for 800,000
 * polygons): no variable may hold it beyond the loop's body, so what becomes of one without a place
 * is a call, which counts for nothing until it is first made.
 */
function directText({ source }: Pick<LoopKind, "source">, code: PackCode): string {
  const call = `task(${ITEM[source]}, context)`;
  const make = code.isKnown
    ? `const row = ${call};`
    : `isMade = false; made = ${call}; isMade = true; const row = made;`;
  // Else it is a property that throws when it is read.
  const caught = "catch (error) { if (!isMade) throw error; misfit(made); }";
  return `"use strict";
${code.constants}
// Read as soon as the loop has been left, before anything else runs.
let left;
function leave(value) { left = value; }
function misfit(row) { left = new Unplaced(row); }
return function loop(task, context, from, end, start, source, host, store) {
  const { beat } = host;
  const count = end - from;
  ${code.open}
  let i = from, made, isMade;
  try {
    rows: for (; i < end; i++) {
      context.index = i;
      beat[${BEAT.item}] = i;
      ${make}
      if (typeof row === "object" && row !== null && typeof row.then === "function") {
        leave(row);
        break rows;
      }
      ${code.put}
    }
  } ${code.isKnown ? "" : caught} finally {
    ${code.close}
  }
  if (i === end) return;
  const value = left;
  left = undefined;
  return value;
};`;
}

/** Results that are numbers are written here, where V8 knows the kind of array. */
function writeText({ elements, elementType }: ResultWriter): string {
  const put = "values.put(i, value);";
  if (elements === undefined) return put;
  return `if (typeof value === "${elementType}") elements[i] = value; else ${put}`;
}

function sharedLoop({ mode, source: kind, saves }: LoopKind): Loop {
  const itemOf = ITEM_OF[kind];
  return (task, context, from, end, start, source, host, values, base) => {
    const call = task as (...args: unknown[]) => unknown;
    for (let i = from; i < end; i++) {
      context.index = i;
      pass(host, i);
      const item = itemOf(source, i, start);
      const value =
        mode === "fold" ? call((values as unknown[])[0], item, context) : call(item, context);
      if (typeof (value as PromiseLike<unknown> | undefined)?.then === "function") {
        return value as Promise<unknown>;
      }
      if (!Array.isArray(values)) values.put(i, value);
      else if (mode === "fold") values[0] = value;
      else if (mode === "map") values[i - base] = saves ? host.saver?.keep(i, value) : value;
    }
    return undefined;
  };
}

/** Says that item `index` begins, unless the thread is to end before. */
export function pass(host: JobHost, index: number): void {
  host.beat[BEAT.item] = index;
  if (host.gate !== undefined && (Atomics.add(host.gate, 0, 2) & 1) === 1) host.end();
}

const ITEM_OF: Readonly<
  Record<LoopKind["source"], (source: unknown, i: number, start: number) => unknown>
> = {
  payload: (source, i, start) => (source as ArrayLike<unknown>)[i - start],
  range: (source, i) => {
    const { first, step } = source as { readonly first: number; readonly step: number };
    return first + i * step;
  },
  view: (source, i) => (source as { readonly view: ArrayLike<unknown> }).view[i],
  shared: (source, i) => (source as ItemMaker).item(i),
  table: (source, i) => (source as ItemMaker).item(i),
};
