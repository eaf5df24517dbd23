import { carryArrays } from "./carry.ts";

/** Values below this depth are not looked into. */
const MAX_DEPTH = 32;
/** Children of one value that are looked at. */
const MAX_CHILDREN = 10_000;

/** A part of a value that structured clone refuses. */
export interface Unsendable {
  /** Where it is, as one would write it: `value.rows[3].close`. */
  readonly path: string;
  /** What it is: `a function`, `a symbol`, `a Socket`. */
  readonly what: string;
}

/** Whether structured clone takes `value`. Moves nothing. */
export function isSendable(value: unknown): boolean {
  return whyUnsendable(value) === undefined;
}

/** What structured clone says against `value`; undefined if it takes it. Moves nothing. */
export function whyUnsendable(value: unknown): { readonly cause: unknown } | undefined {
  const isPlain = typeof value !== "object" && typeof value !== "function";
  if (value === null || (isPlain && typeof value !== "symbol")) return undefined;
  try {
    structuredClone(value);
    return undefined;
  } catch (cause) {
    const carried = carryArrays(value);
    return carried === undefined ? { cause } : whyUnsendable(carried.value);
  }
}

/**
 * Finds the innermost part of `value` that structured clone refuses: plain objects, arrays,
 * maps, sets and errors' causes are looked into. Never throws.
 *
 * @param name what to call `value` itself
 */
export function unsendablePart(value: unknown, name = "value"): Unsendable {
  return search(value, name, 0) ?? { path: name, what: kindOf(value) };
}

function search(value: unknown, path: string, depth: number): Unsendable | undefined {
  if (isSendable(value)) return undefined;
  if (depth < MAX_DEPTH) {
    for (const [childPath, child] of childrenOf(value, path)) {
      const found = search(child, childPath, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return { path, what: kindOf(value) };
}

function childrenOf(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  try {
    if (Array.isArray(value)) {
      return value.slice(0, MAX_CHILDREN).map((child, i) => [`${path}[${i}]`, child]);
    }
    if (value instanceof Map) return entriesOfMap(value, path);
    if (value instanceof Set) return [...value].map((child, i) => [`[...${path}][${i}]`, child]);
    if (typeof value !== "object" || value === null) return [];
    const keys = Object.keys(value).slice(0, MAX_CHILDREN);
    return keys.map((key) => [pathTo(path, key), childOf(value as Record<string, unknown>, key)]);
  } catch {
    return [];
  }
}

/** What stands for a property that cannot be read. */
const UNREADABLE = Symbol("unreadable");

function childOf(value: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return value[key];
  } catch {
    return UNREADABLE;
  }
}

function entriesOfMap(map: Map<unknown, unknown>, path: string): [string, unknown][] {
  return [...map].flatMap(([key, child], i): [string, unknown][] => [
    [`[...${path}.keys()][${i}]`, key],
    [
      typeof key === "string"
        ? `${path}.get(${JSON.stringify(key)})`
        : `[...${path}.values()][${i}]`,
      child,
    ],
  ]);
}

function pathTo(path: string, key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `${path}.${key}`
    : `${path}[${JSON.stringify(key)}]`;
}

function kindOf(value: unknown): string {
  if (typeof value === "function")
    return value.toString().startsWith("class") ? "a class" : "a function";
  if (value === UNREADABLE) return "a property that cannot be read";
  if (typeof value === "symbol") return "a symbol";
  try {
    const name = (value as object).constructor?.name || "object";
    return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name} that cannot be copied`;
  } catch {
    return "an object that cannot be copied";
  }
}
