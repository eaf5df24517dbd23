import { InvalidOptionError } from "../errors.ts";
import { type Sendable, TASK_REFERENCE } from "../protocol/reference.ts";
import type { AnyFunction } from "./task.ts";

/** The functions that a module exports, each ready to be given to `map`. */
export type ModuleTasks<M> = {
  readonly [K in keyof M as M[K] extends AnyFunction ? K : never]: M[K] & Sendable;
};

/**
 * The exports of a module as tasks, without importing it here: workers import it and take the
 * export by its name.
 *
 * The functions can be given to `map`, `forEach` and `reduce`; called in this thread they
 * throw, for the module is not loaded.
 *
 * @param url absolute URL of the module, as `new URL("./work.ts", import.meta.url)` gives
 * @throws InvalidOptionError if `url` is not an absolute `file:` or `data:` URL
 * @example
 * const work = fromModule<typeof import("./work.ts")>(new URL("./work.ts", import.meta.url));
 * await map(items, work.parse);
 */
export function fromModule<M>(url: URL | string): ModuleTasks<M> {
  const href = String(url);
  if (!/^(file|data):/.test(href)) {
    const hint = ". Use `new URL(path, import.meta.url)`";
    throw new InvalidOptionError("url", "an absolute file: or data: URL", url, hint);
  }
  const stubs = new Map<string, AnyFunction & Sendable>();
  return new Proxy({} as ModuleTasks<M>, {
    get(_target, name) {
      // Not a promise, though it would answer to any name.
      if (typeof name !== "string" || name === "then") return undefined;
      const known = stubs.get(name) ?? stub(href, name);
      stubs.set(name, known);
      return known;
    },
  });
}

function stub(url: string, name: string): AnyFunction & Sendable {
  function unloaded(): never {
    const message = "given to `map`, not called: its module is not loaded in this thread";
    throw new InvalidOptionError(name, message, url);
  }
  Object.defineProperty(unloaded, "name", { value: name });
  return Object.defineProperty(unloaded, TASK_REFERENCE, {
    value: { kind: "export", url, name },
  }) as unknown as AnyFunction & Sendable;
}
