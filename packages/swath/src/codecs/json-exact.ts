import { types } from "node:util";

/** Deeper values, and those that hold themselves, are left to structured clone. */
const MAX_DEPTH = 64;

/**
 * Whether JSON gives every row back as structured clone would: plain objects and arrays, finite
 * numbers but -0, strings, booleans and null; no accessor, hole or further property, and within a
 * row no object in two places.
 */
export function isJsonExact(rows: readonly unknown[], count: number): boolean {
  const seen = new Set<object>();
  for (let i = 0; i < count; i++) {
    if (!isExact(rows[i], seen, 0)) return false;
    seen.clear();
  }
  return true;
}

function isExact(value: unknown, seen: Set<object>, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && (value !== 0 || 1 / value > 0);
    case "object":
      if (value === null) return true;
      if (depth > MAX_DEPTH || types.isProxy(value)) return false;
      if (seen.size === seen.add(value).size) return false;
      return Array.isArray(value)
        ? isExactList(value, seen, depth)
        : isExactRecord(value, seen, depth);
    case "undefined":
    case "bigint":
    case "function":
    case "symbol":
    default:
      return false;
  }
}

function isExactList(list: readonly unknown[], seen: Set<object>, depth: number): boolean {
  if (Object.getPrototypeOf(list) !== Array.prototype) return false;
  // A hole reads as undefined.
  for (let i = 0; i < list.length; i++) if (!isExact(list[i], seen, depth + 1)) return false;
  return Object.keys(list).length === list.length;
}

function isExactRecord(record: object, seen: Set<object>, depth: number): boolean {
  if (Object.getPrototypeOf(record) !== Object.prototype) return false;
  if (Object.prototype.toString.call(record) !== "[object Object]") return false;
  for (const key of Object.keys(record)) {
    const own = Object.getOwnPropertyDescriptor(record, key);
    if (own === undefined || !("value" in own) || !isExact(own.value, seen, depth + 1)) {
      return false;
    }
  }
  // Those that nobody sees in the keys.
  return !("toJSON" in record);
}
