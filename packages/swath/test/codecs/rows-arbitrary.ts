import fc from "fast-check";

/** Strings with what breaks codecs: nothing, lone surrogates, quotes, keys of the language. */
const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("", "\ud800", "\udc00x", "é", "日本", "😀", '"\\\u2028\n'),
  },
  { weight: 1, arbitrary: fc.constant("long ".repeat(80)) },
);

const key = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("a", "b", "type", "coordinates", "x y", "ü") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "1",
      "0",
      "-1",
      "constructor",
      "toJSON",
      "length",
      "then",
      "",
      '"]);//',
    ),
  },
  { weight: 1, arbitrary: fc.constant("__proto__") },
);

const number = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 2, arbitrary: fc.integer({ min: -(2 ** 33), max: 2 ** 33 }) },
  { weight: 2, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.constantFrom(-0, Number.NaN, Infinity, 2 ** 31, -(2 ** 31)) },
);

/** Values of one place: what they are like is chosen once, each value anew. */
type Place = fc.Arbitrary<unknown>;

const leaf: fc.Arbitrary<Place> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Place>(fc.integer({ min: -9, max: 9 })) },
  { weight: 3, arbitrary: fc.constant<Place>(number) },
  { weight: 2, arbitrary: fc.constant<Place>(fc.boolean()) },
  { weight: 2, arbitrary: fc.constant<Place>(text) },
  { weight: 2, arbitrary: text.map((one): Place => fc.constant(one)) },
  { weight: 1, arbitrary: fc.constantFrom<Place[]>(fc.constant(null), fc.constant(undefined)) },
);

/** Values of one shape, or nearly. */
export const place: fc.Arbitrary<Place> = fc.letrec<{ place: Place; list: Place; record: Place }>(
  (tie) => ({
    place: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 3, arbitrary: leaf },
      { weight: 3, arbitrary: tie("record") },
      { weight: 3, arbitrary: tie("list") },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tie("place"), fc.constantFrom(null, undefined))
          .map(([one, absent]): Place => fc.option(one, { nil: absent, freq: 2 })),
      },
      // Mixed types.
      { weight: 1, arbitrary: fc.tuple(leaf, leaf).map(([a, b]): Place => fc.oneof(a, b)) },
    ),
    list: fc.oneof(
      fc
        .tuple(tie("place"), fc.nat({ max: 5 }))
        .map(([item, n]): Place => fc.array(item, { minLength: n, maxLength: n })),
      tie("place").map((item): Place => fc.array(item, { maxLength: 6 })),
    ),
    record: fc
      .uniqueArray(fc.tuple(key, tie("place")), { maxLength: 4, selector: ([name]) => name })
      .map((fields): Place => {
        return fc.tuple(...fields.map(([, field]) => field)).map((values) => {
          const record = {};
          for (const [i, [name]] of fields.entries()) {
            // Not by assignment, which would set the prototype.
            Object.defineProperty(record, name, {
              value: values[i],
              enumerable: true,
              writable: true,
              configurable: true,
            });
          }
          return record;
        });
      }),
  }),
).place;

function argumentsOf(this: unknown): unknown {
  // biome-ignore lint/complexity/noArguments: that is what it is for
  return arguments;
}

class Point {
  readonly x = 1;
  readonly y = [2];
}

/** One of the things that have no place in columns, or only look like what has. */
const odd: fc.Arbitrary<(value: unknown) => unknown> = fc.constantFrom<
  ((value: unknown) => unknown)[]
>(
  () => new Date(5),
  () => new Map([[1, { a: 2 }]]),
  () => new Set([1]),
  () => Float32Array.of(1, 2),
  () => new Point(),
  () => Object.create(null) as object,
  () => 12n,
  () => /x/g,
  () => new Error("no"),
  () => new String("boxed"),
  () => Object.assign(new Array(3), { 0: 1, 2: 3 }),
  () => new Array(3),
  () => "ab".match(/b/),
  () => Object.assign([1, 2], { extra: true }),
  () => ({
    get a() {
      return 1;
    },
  }),
  () => ({
    get a() {
      throw new RangeError("unreadable");
    },
  }),
  () => ({ [Symbol("s")]: 1, a: 1 }),
  () => Object.defineProperty({ a: 1 }, "hidden", { value: 2, enumerable: false }),
  () => Object.freeze({ a: 1 }),
  () => new Proxy({ a: 1 }, {}),
  () => new Proxy([1], {}),
  () => () => 1,
  () => Symbol("no"),
  () => {
    const own: Record<string, unknown> = { a: 1 };
    own["self"] = own;
    return own;
  },
  () => {
    const shared = [1, 2];
    return { a: shared, b: shared };
  },
  (value) => [value, value],
  (value) => ({ a: value, b: value }),
  (value) => Object.assign(Array.isArray(value) ? value : {}, { extra: 1 }),
  (value) => [value],
  argumentsOf as (value: unknown) => unknown,
);

/** Results of a chunk: mostly of one shape, some of none. */
export const rows: fc.Arbitrary<readonly unknown[]> = place.chain((one) =>
  fc
    .tuple(
      fc.array(one, { maxLength: 40 }),
      fc.array(fc.tuple(fc.nat({ max: 40 }), odd), { maxLength: 2 }),
      fc.boolean(),
    )
    .map(([values, odds, isOdd]) => {
      const all = [...values];
      if (isOdd) {
        for (const [at, make] of odds) if (at < all.length) all[at] = make(all[at]);
      }
      return all;
    }),
);

/** Rows that all have a place in columns. */
export const plainRows: fc.Arbitrary<readonly unknown[]> = place.chain((one) =>
  fc.array(one, { maxLength: 40 }),
);
