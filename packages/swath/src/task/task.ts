import { assertFunction } from "../assert.ts";
import { InvalidOptionError } from "../errors.ts";
import { type Sendable, TASK_REFERENCE, type TaskReference } from "../protocol/reference.ts";
import { callingScript } from "./calling-script.ts";
import { homeOf } from "./home.ts";

/** Any function. */
// oxlint-disable-next-line typescript/no-explicit-any -- parameters are contravariant: only `any` takes them all
export type AnyFunction = (...args: any[]) => unknown;

/**
 * Marks `fn` so that workers can find it: they import the module that `meta` belongs to and
 * take the function that was registered there. The function itself is returned, callable as
 * before; it may be exported or not, but must be made while the module is loading, not inside
 * another function or a condition. Give it a name: errors say it.
 *
 * @param meta `import.meta` of the module that calls
 * @throws InvalidOptionError if `meta` has no `url` or `fn` is not a function
 * @example
 * // risk.ts
 * export const risk = task(import.meta, function risk(v: number) { return v > 400 ? 3 : 1; });
 * // main.ts
 * const classes = await map(values, risk);
 */
export function task<F extends AnyFunction>(meta: { readonly url: string }, fn: F): F & Sendable {
  assertFunction("fn", fn);
  const isMeta = typeof meta === "object" && ["string", "undefined"].includes(typeof meta?.url);
  const home = isMeta ? homeOf(meta?.url, callingScript(task)) : undefined;
  if (home === undefined) throw new InvalidOptionError("meta", "`import.meta`", meta);
  const { tasks } = registry();
  const name = `${home.url}#${fn.name || "task"}`;
  const id = freeId(tasks, name);
  tasks.set(id, fn);
  const reference: TaskReference = {
    kind: "registered",
    ...home,
    id,
    get alike() {
      return alikeTasks(name);
    },
  };
  return Object.defineProperty(fn, TASK_REFERENCE, {
    value: reference,
    configurable: true,
  }) as F & Sendable;
}

/** How many tasks are registered under a name, which they share by their module and function. */
export function alikeTasks(id: string): number {
  const { tasks } = registry();
  const name = id.replace(/~\d+$/, "");
  let count = 0;
  while (tasks.has(count === 0 ? name : `${name}~${count + 1}`)) count++;
  return count;
}

/** The function registered under `id` in this thread, if its module has been loaded. */
export function registeredTask(id: string): AnyFunction | undefined {
  return registry().tasks.get(id);
}

/** Same-named tasks of one file are told apart by their order, which is the same everywhere. */
function freeId(tasks: ReadonlyMap<string, AnyFunction>, wanted: string): string {
  let id = wanted;
  for (let n = 2; tasks.has(id); n++) id = `${wanted}~${n}`;
  return id;
}

/** One table per thread, even if a program holds two copies of this package. */
function registry(): { readonly tasks: Map<string, AnyFunction> } {
  const key = Symbol.for("swath.tasks/1");
  const holder = globalThis as { [key]?: { readonly tasks: Map<string, AnyFunction> } };
  holder[key] ??= { tasks: new Map() };
  return holder[key];
}
