import type { Layout } from "./layout.ts";

/** How closely each row is looked at. */
export interface Care {
  /** Whether an object that stands in two places of a row has no place. */
  readonly once: boolean;
  /**
   * What is looked at closely. "all": for proxies, accessors, and arrays with further properties
   * (50 ns for each object). "arrays": for the latter, save in arrays of bare numbers and booleans.
   */
  readonly look: "all" | "arrays" | "none";
}

/** Whether the lists of these items are looked at for further properties. */
export function looksInto({ look }: Care, item: Layout): boolean {
  const isBare = item.kind === "number" || item.kind === "boolean";
  return look === "all" || (look === "arrays" && !isBare);
}

/** Whether the value is none that lies there, but one that a function gives. */
export function isAccessor(object: object, key: string): boolean {
  const own = Object.getOwnPropertyDescriptor(object, key);
  return own === undefined || !("value" in own);
}

/** Up to this many objects are compared each with each. */
const MAX_COMPARED = 24;

/** Whether one object is twice among the first `count`. */
export function hasRepeats(objects: readonly unknown[], count: number): boolean {
  if (count > MAX_COMPARED) return new Set(objects.slice(0, count)).size < count;
  for (let i = 1; i < count; i++) {
    const one = objects[i];
    for (let j = 0; j < i; j++) if (objects[j] === one) return true;
  }
  return false;
}
