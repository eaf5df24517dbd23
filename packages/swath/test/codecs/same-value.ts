/**
 * Whether two values cannot be told apart: kinds, prototypes, keys and their order, holes, NaN,
 * -0, and which objects are one.
 */
export function isSameValue(a: unknown, b: unknown): boolean {
  return isSame(a, b, { there: new Map(), back: new Map() });
}

/** As {@link isSameValue}, save that what is one object on one side may be two on the other. */
export function isEqualValue(a: unknown, b: unknown): boolean {
  return isSame(a, b, undefined);
}

interface Pairs {
  readonly there: Map<object, object>;
  readonly back: Map<object, object>;
}

function isSame(a: unknown, b: unknown, pairs: Pairs | undefined): boolean {
  if (typeof a !== "object" || a === null) return Object.is(a, b);
  if (typeof b !== "object" || b === null) return false;
  if (pairs !== undefined) {
    if (pairs.there.has(a) || pairs.back.has(b)) {
      return pairs.there.get(a) === b && pairs.back.get(b) === a;
    }
    pairs.there.set(a, b);
    pairs.back.set(b, a);
  }
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false;
  if (a instanceof Map && b instanceof Map) return isSame([...a], [...b], pairs);
  if (a instanceof Set && b instanceof Set) return isSame([...a], [...b], pairs);
  if (a instanceof Date || a instanceof RegExp || a instanceof String) {
    return `${a.toString()}` === `${(b as Date).toString()}`;
  }
  if (a instanceof Error && b instanceof Error && a.message !== b.message) return false;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  if (keys.length !== others.length) return false;
  return keys.every((key, i) => {
    const [one, other] = [a, b] as Record<string, unknown>[];
    return key === others[i] && isSame(one?.[key], other?.[key], pairs);
  });
}
