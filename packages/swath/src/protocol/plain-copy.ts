/** Values that a copy may hold in all: enough for any error's details, cheap to send. */
const MAX_VALUES = 1_000;
/** Longest string that is copied, in UTF-16 units. */
const MAX_STRING = 65_536;

/** What was left out of a copy. */
const LEFT_OUT = Symbol("left out");

/**
 * A copy of plain data (primitives, dates, arrays and plain objects of these), or undefined if
 * `value` is none, is longer than an error's detail should be, or refers to itself. Never throws.
 */
export function plainCopy(value: unknown): unknown {
  const budget = { values: MAX_VALUES };
  try {
    const copy = copyOf(value, budget);
    return copy === LEFT_OUT ? undefined : copy;
  } catch {
    return undefined;
  }
}

function copyOf(value: unknown, budget: { values: number }): unknown {
  if (--budget.values < 0) throw new RangeError("too much");
  if (typeof value === "string") return value.length > MAX_STRING ? LEFT_OUT : value;
  if (typeof value === "function" || typeof value === "symbol") return LEFT_OUT;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return new Date(value.getTime());
  if (Array.isArray(value)) {
    return value.map((item) => {
      const copy = copyOf(item, budget);
      return copy === LEFT_OUT ? undefined : copy;
    });
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return LEFT_OUT;
  const copies = Object.entries(value).map(([key, item]) => [key, copyOf(item, budget)] as const);
  return Object.fromEntries(copies.filter(([, copy]) => copy !== LEFT_OUT));
}
