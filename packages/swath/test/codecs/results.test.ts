import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shapeOf } from "../../src/codecs/columns/shape-of.ts";
import { misfits } from "../../src/codecs/refusals.ts";
import { decodeResults } from "../../src/codecs/results-decoder.ts";
import { type EncodedResults, ResultsEncoder } from "../../src/codecs/results-encoder.ts";
import { rows } from "./rows-arbitrary.ts";
import { isEqualValue, isSameValue } from "./same-value.ts";

/** Encodes rows as a worker does: batch by batch, into a list that is used again. */
function encode(encoder: ResultsEncoder, all: readonly unknown[], batch: number): EncodedResults {
  const list: unknown[] = [];
  for (let at = 0; at < all.length; at += batch) {
    const some = all.slice(at, at + batch);
    for (const [i, one] of some.entries()) list[i] = one;
    encoder.take(list, some.length);
  }
  return encoder.finish();
}

function send({ message, transfer }: EncodedResults) {
  return decodeResults(structuredClone(message, { transfer: [...transfer] }));
}

function attempt<T>(act: () => T): { readonly value?: T; readonly error?: string } {
  try {
    return { value: act() };
  } catch (error) {
    return { error: (error as Error).name };
  }
}

/** Each row by itself: that one object stands in two rows is a matter of chunks. */
function cloneEach(all: readonly unknown[]): unknown[] {
  return all.map((row) => structuredClone(row));
}

describe("results as values", () => {
  test("arrive as structured clone would give them, or fail with the same error", () => {
    fc.assert(
      fc.property(
        fc.array(rows, { maxLength: 4 }),
        fc.integer({ min: 1, max: 30 }),
        (chunks, batch) => {
          const encoder = new ResultsEncoder("values");
          for (const chunk of chunks) {
            const expected = attempt(() => cloneEach(chunk));
            const got = attempt(() => send(encode(encoder, chunk, batch)).slice());
            expect(got.error).toBe(expected.error);
            if (expected.value === undefined) continue;
            expect(got.value).toHaveLength(chunk.length);
            for (const [i, value] of (got.value as unknown[]).entries()) {
              expect(isSameValue(value, expected.value[i])).toBe(true);
            }
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test("can be had in any pieces", () => {
    fc.assert(
      fc.property(rows, fc.nat({ max: 45 }), fc.nat({ max: 45 }), (chunk, from, to) => {
        const expected = attempt(() => cloneEach(chunk).slice(from, to));
        const got = attempt(() =>
          send(encode(new ResultsEncoder("values"), chunk, 7)).slice(from, to),
        );
        expect(got.error).toBe(attempt(() => cloneEach(chunk)).error);
        if (got.error === undefined) expect(got.value).toEqual(expected.value);
      }),
    );
  });

  test("are plain and may be changed, and each is an object of its own", () => {
    const results = send(encode(new ResultsEncoder("values"), [{ a: [1] }, { a: [1] }], 512));
    expect(results.parts?.[0]?.kind).toBe("columns");
    const [first, second] = results.slice() as { a: number[]; b?: number }[];
    first?.a.push(2);
    (first as { b?: number }).b = 3;
    expect([first, second]).toEqual([{ a: [1, 2], b: 3 }, { a: [1] }]);
  });

  test("records with optional keys go as JSON text, until one of them is more than JSON", () => {
    const encoder = new ResultsEncoder("values");
    const optional = Array.from({ length: 64 }, (_, i) =>
      i % 2 === 0 ? { a: i } : { a: i, b: "x" },
    );
    for (let i = 0; i < 4; i++) encode(encoder, optional, 8);
    const text = send(encode(encoder, optional, 64));
    expect(text.parts?.map(({ kind }) => kind)).toEqual(["json"]);
    expect(text.slice()).toEqual(optional);
    const more = [...optional, { a: undefined }];
    const cloned = send(encode(encoder, more, 65));
    expect(cloned.parts).toBeUndefined();
    expect(cloned.slice()).toStrictEqual(more);
  });

  test("long texts need not fit into one", () => {
    const long = Array.from({ length: 5 }, (_, i) => ({ text: String(i).repeat(2 ** 25) }));
    const encoder = new ResultsEncoder("columns");
    const results = send(encode(encoder, [{ text: "a" }, { text: "b" }, ...long], 512));
    expect(results.parts?.map((part) => part.kind)).toEqual(["columns", "columns", "columns"]);
    expect(
      (results.slice() as { text: string }[]).map(({ text }) => [text[0], text.length]),
    ).toEqual([["a", 1], ["b", 1], ...long.map(({ text }) => [text[0], 2 ** 25])]);
  });

  test("rows of no common shape are given up for structured clone", () => {
    const encoder = new ResultsEncoder("values");
    for (let i = 0; i < 20; i++) encode(encoder, [1, "a", new Date(0), { a: 1 }], 4);
    expect(encoder.isPlain).toBe(true);
  });
});

describe("results as columns", () => {
  test("are equal to what structured clone gives, or refused, each by its place", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 30 }), (chunk, batch) => {
        const encoded = encode(new ResultsEncoder("columns"), chunk, batch);
        const refused = new Set(encoded.refused.map(({ offset }) => offset));
        const values = send(encoded).slice();
        expect(values).toHaveLength(chunk.length);
        for (const [i, row] of chunk.entries()) {
          if (refused.has(i)) expect(values[i]).toBeUndefined();
          else expect(isEqualValue(values[i], structuredClone(row))).toBe(true);
        }
        for (const { error } of misfits(encoded.refused)) {
          expect(error.message).toMatch(
            /^Cannot put what the task returned into columns: `value.*` is /s,
          );
        }
        // What has no shape by itself is never taken.
        for (const [i, row] of chunk.entries()) {
          if (shapeOf(row).kind === "misfit") expect(refused.has(i)).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    [[{ at: new Date(0) }], "`value.at` is a Date. Columns take numbers"],
    [[{ a: [{ b: 1n }] }], "`value.a[0].b` is a bigint. "],
    [[{ a: 1 }, { a: "x" }], "`value.a` is a string. In the results before it was a number"],
    [[{ a: [[1], [2]] }, { a: [[1], ["x"]] }], "`value.a[1][0]` is a string. In"],
    [
      [{ a: 1, b: 2 }, { a: 1 }],
      "`value` is an object with the key `a`. In the results before it was an object with the keys `a`, `b`",
    ],
    [[{ "x y": () => 1 }], '`value["x y"]` is a function'],
    [[Object.assign([1], { extra: 1 })], '`value` is a list with a property "extra"'],
    [[[1], new Array(1)], "`value` is a list with holes"],
    [
      [
        {
          a: {
            get b() {
              return 1;
            },
          },
        },
      ],
      "`value.a.b` is an accessor",
    ],
  ])("%# say what has no place: %s", (chunk, message) => {
    const { refused } = encode(new ResultsEncoder("columns"), chunk, 512);
    expect(refused.map(({ offset }) => offset)).toEqual([chunk.length - 1]);
    expect(misfits(refused)[0]?.error.message).toContain(message);
  });

  test("an object that stands in two places stands there twice", () => {
    const shared = { x: 1 };
    const values = send(encode(new ResultsEncoder("columns"), [[shared, shared]], 1)).slice();
    expect(values).toEqual([[{ x: 1 }, { x: 1 }]]);
  });
});

describe("rows that are wholly known", () => {
  const literal = { kind: "record", keys: ["v"], fields: [undefined] } as const;
  const batch = Array.from({ length: 256 }, (_, v) => ({ v }));

  test("may be put into columns by who makes them, from the second batch on", () => {
    const encoder = new ResultsEncoder("values", () => literal);
    expect(encoder.direct).toBeUndefined();
    encoder.take(batch, 256);
    expect(encoder.direct?.limit).toBeGreaterThan(512);
    expect(new ResultsEncoder("values").direct).toBeUndefined();
  });

  test("still when one of them has failed", () => {
    const encoder = new ResultsEncoder("values", () => literal);
    encoder.take([...batch.slice(1), encoder.failed], 256);
    expect(encoder.direct).toBeDefined();
  });
});
