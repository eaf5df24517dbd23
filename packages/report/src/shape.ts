/** Takes a value of untrusted JSON, or throws {@link Misfit}; `at` is its place, as in `a.b[3]`. */
export type Reader<T> = (value: unknown, at: string) => T;

type Fields = Readonly<Record<string, Reader<unknown>>>;
type Required<F extends Fields> = { readonly [K in keyof F]: ReturnType<F[K]> };
type Optional<F extends Fields> = { readonly [K in keyof F]?: ReturnType<F[K]> };

/** Why a value does not fit; never leaves the reader of records. */
export class Misfit extends Error {
  readonly at: string;
  readonly expected: string;
  readonly got: string;

  constructor(at: string, expected: string, value: unknown) {
    super(`${at}: expected ${expected}`);
    this.at = at;
    this.expected = expected;
    this.got = describe(value);
  }
}

/**
 * An object with all of `needed` and any of `extra`. Fields that are absent or null are left out,
 * and so is what JSON writes as null: NaN and the infinities. Unknown fields are ignored.
 */
export function object<N extends Fields, X extends Fields>(
  needed: N,
  extra: X,
): Reader<Required<N> & Optional<X>> {
  const readers = Object.entries({ ...needed, ...extra });
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Misfit(at, "an object", value);
    }
    const result: Record<string, unknown> = {};
    for (const [key, read] of readers) {
      const field: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
      const place = at === "" ? key : `${at}.${key}`;
      if (!isAbsent(field)) result[key] = read(field, place);
      else if (Object.hasOwn(needed, key)) throw new Misfit(place, "a value", field);
    }
    return result as Required<N> & Optional<X>;
  };
}

function isAbsent(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === "number" && !Number.isFinite(value))
  );
}

/** A reader of numbers, which a column of a million of them can ask without an error each. */
export interface NumberReader extends Reader<number> {
  readonly fits: (value: unknown) => boolean;
}

export function number(min = 0, max = Number.MAX_SAFE_INTEGER): NumberReader {
  const fits = (value: unknown) => typeof value === "number" && value >= min && value <= max;
  return numberReader(fits, `a number from ${min} to ${max}`);
}

export function integer(min = 0, max = Number.MAX_SAFE_INTEGER): NumberReader {
  const fits = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
  return numberReader(fits, `an integer from ${min} to ${max}`);
}

function numberReader(fits: (value: unknown) => boolean, expected: string): NumberReader {
  const read = (value: unknown, at: string): number => {
    if (fits(value)) return value as number;
    throw new Misfit(at, expected, value);
  };
  return Object.assign(read, { fits });
}

/** Text, cut to `max` characters. */
export function text(max: number): Reader<string> {
  return (value, at) => {
    if (typeof value !== "string") throw new Misfit(at, "text", value);
    return value.length > max ? `${value.slice(0, max)}…` : value;
  };
}

export const flag: Reader<boolean> = (value, at) => {
  if (typeof value === "boolean") return value;
  throw new Misfit(at, "true or false", value);
};

export function list<T>(read: Reader<T>, max: number): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw new Misfit(at, "a list", value);
    if (value.length > max) throw new Misfit(at, `at most ${max} entries`, value);
    return Array.from(value, (entry, i) => read(entry, `${at}[${i}]`));
  };
}

/** Numbers as one typed array, each read by `read`. */
export function column(read: NumberReader, max: number): Reader<Float64Array> {
  return (value, at) => {
    const typed = ArrayBuffer.isView(value) && !(value instanceof DataView);
    if (!Array.isArray(value) && !typed) throw new Misfit(at, "a list of numbers", value);
    const numbers = value as ArrayLike<unknown>;
    if (numbers.length > max) throw new Misfit(at, `at most ${max} entries`, value);
    const result = new Float64Array(numbers.length);
    for (let i = 0; i < result.length; i++) {
      const entry = numbers[i];
      result[i] = read.fits(entry) ? (entry as number) : read(entry, `${at}[${i}]`);
    }
    return result;
  };
}

/** Bounds of a map that is shown as it is. */
interface LeafBounds {
  /** Values in all. */
  readonly maxKeys: number;
  /** Characters of a text, and of a key. */
  readonly maxText: number;
}

/** How deep {@link leaves} looks into objects. */
const LEAF_DEPTH = 4;

type Leaf = string | number | boolean;
interface Tree {
  readonly [key: string]: Leaf | Tree;
}

/** As {@link leaves}, with maps within maps as they are. */
export function tree(bounds: LeafBounds): Reader<Tree> {
  return (value, at) => {
    assertMap(value, at);
    return grown(value, LEAF_DEPTH, { ...bounds, left: bounds.maxKeys });
  };
}

function grown(value: object, depth: number, bounds: LeafBounds & { left: number }): Tree {
  const found: (readonly [string, Leaf | Tree])[] = [];
  for (const key in value) {
    if (!Object.hasOwn(value, key) || bounds.left <= 0) continue;
    const own: unknown = Reflect.get(value, key);
    const name = key.slice(0, bounds.maxText);
    const leaf = leafOf(own, bounds.maxText);
    if (leaf !== undefined) {
      bounds.left--;
      found.push([name, leaf]);
    } else if (isMap(own) && depth > 1) found.push([name, grown(own, depth - 1, bounds)]);
  }
  return Object.fromEntries(found);
}

/**
 * Texts, numbers and flags of an object that is shown as it is, `a.b` for what lies deeper. What
 * is neither is left out, and so is what comes after `maxKeys`.
 */
export function leaves({ maxKeys, maxText }: LeafBounds): Reader<Readonly<Record<string, Leaf>>> {
  return (value, at) => {
    assertMap(value, at);
    const found: (readonly [string, Leaf])[] = [];
    for (const entry of leavesOf(value, "", LEAF_DEPTH, maxText)) {
      if (found.length === maxKeys) break;
      found.push(entry);
    }
    return Object.fromEntries(found);
  };
}

function* leavesOf(
  value: object,
  prefix: string,
  depth: number,
  maxText: number,
): Generator<readonly [string, Leaf]> {
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    const own: unknown = Reflect.get(value, key);
    const path = `${prefix}${key}`.slice(0, maxText);
    const leaf = leafOf(own, maxText);
    if (leaf !== undefined) yield [path, leaf];
    else if (isMap(own) && depth > 1) yield* leavesOf(own, `${path}.`, depth - 1, maxText);
  }
}

function leafOf(value: unknown, maxText: number): Leaf | undefined {
  if (typeof value === "string") return value.slice(0, maxText);
  if (typeof value === "boolean") return value;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function assertMap(value: unknown, at: string): asserts value is object {
  if (!isMap(value)) throw new Misfit(at, "an object", value);
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (ArrayBuffer.isView(value)) return "a typed array";
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return `${JSON.stringify(value.slice(0, 40))} (string)`;
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  return `${String(value as number | boolean | bigint)} (${typeof value})`;
}
