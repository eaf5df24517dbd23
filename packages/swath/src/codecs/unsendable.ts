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
  if (typeof value !== "object" || value === null) {
    return typeof value !== "function" && typeof value !== "symbol";
  }
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
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
    return keys.map((key) => [pathTo(path, key), (value as Record<string, unknown>)[key]]);
  } catch {
    return [];
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
  if (typeof value === "symbol") return "a symbol";
  try {
    const name = (value as object).constructor?.name || "object";
    return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name} that cannot be copied`;
  } catch {
    return "an object that cannot be copied";
  }
}
