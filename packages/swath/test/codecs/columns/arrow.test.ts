import { existsSync, readFileSync } from "node:fs";
import { type Table, tableFromIPC, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeResults } from "../../../src/codecs/results-decoder.ts";
import { ResultsEncoder } from "../../../src/codecs/results-encoder.ts";
import { collectColumns } from "../../../src/collect-columns.ts";
import { plainRows } from "../rows-arbitrary.ts";

const FOLDER = new URL(
  "geoarrow-quadrangles/",
  process.env["SWATH_TEST_DATA"] === undefined
    ? new URL("../../../../../../shared/data/", import.meta.url)
    : new URL(`file://${process.env["SWATH_TEST_DATA"]}/`),
);

async function columnsOf<R>(rows: readonly R[], chunk = 3) {
  async function* parts() {
    for (let start = 0; start < rows.length; start += chunk) {
      const encoder = new ResultsEncoder("columns");
      const some = rows.slice(start, start + chunk);
      encoder.take(some, some.length);
      const { message, refused } = encoder.finish();
      if (refused.length > 0) throw new Error("refused");
      yield { start, end: start + some.length, values: decodeResults(message), failed: [] };
    }
  }
  return collectColumns<R>(parts());
}

/** A table as others read it. */
async function tableOf(rows: readonly unknown[], chunk?: number): Promise<Table> {
  return tableFromIPC(tableToIPC(await (await columnsOf(rows, chunk)).toArrow(), "stream"));
}

/** The rows of a table as JSON has them: undefined is null there. */
function jsonOf(table: Table): unknown {
  return JSON.parse(JSON.stringify(table.toArray()));
}

describe("a table", () => {
  test("has the rows, each key a column", async () => {
    const rows = [
      { id: 1, x: 1.5, ok: true, name: "ä", tags: ["a", "b"], at: { p: [1, 2] }, none: null },
      { id: 2, x: 2, ok: false, name: "", tags: [], at: { p: [3, 4] }, none: null },
      { id: 3, x: -0, ok: true, name: "😀", tags: ["c"], at: { p: [5, 6] }, none: null },
      { id: 4, x: 9, ok: true, name: "ä", tags: ["b"], at: { p: [7, 8] }, none: null },
    ];
    const table = await tableOf(rows);
    expect(table.schema.fields.map(String)).toEqual([
      "id: Int32",
      "x: Float64",
      "ok: Bool",
      "name: Utf8",
      "tags: List<Utf8>",
      "at: Struct<{p:FixedSizeList[2]<Int32>}>",
      "none: Null",
    ]);
    expect(jsonOf(table)).toEqual(JSON.parse(JSON.stringify(rows)));
  });

  test("has nulls where values are absent, at any depth", async () => {
    const rows = [
      { a: 1, l: [1, null], f: { x: [1, 2], y: "s" }, r: [[1], [2, 3]] },
      { a: null, l: null, f: null, r: null },
      { a: 3, l: [null], f: { x: [3, 4], y: null }, r: [[]] },
    ];
    for (const chunk of [1, 2, 3]) {
      expect(jsonOf(await tableOf(rows, chunk))).toEqual(rows);
    }
  });

  test("of rows that are no records has a column `value`", async () => {
    expect(jsonOf(await tableOf([1, 2.5, 3]))).toEqual([
      { value: 1 },
      { value: 2.5 },
      { value: 3 },
    ]);
    expect(jsonOf(await tableOf([["a"], [], ["b", "c"]]))).toEqual([
      { value: ["a"] },
      { value: [] },
      { value: ["b", "c"] },
    ]);
  });

  test("reads as the rows do, whatever their shape", async () => {
    await fc.assert(
      fc.asyncProperty(plainRows, fc.integer({ min: 1, max: 9 }), async (rows, chunk) => {
        const wrapped = rows.map((value) => ({ value }));
        let table: Table;
        try {
          table = await (await columnsOf(wrapped, chunk)).toArrow();
        } catch (error) {
          // Not every shape is one; the rest is tested elsewhere.
          expect((error as Error).message).toMatch(/refused|into columns/);
          return;
        }
        expect(table.numRows).toBe(rows.length);
        expect(sizesIn(jsonOf(table))).toBe(sizesIn(wrapped));
      }),
      { numRuns: 300 },
    );
  });
});

/** Numbers, strings and booleans in order; keys and kinds of null do not count. */
function sizesIn(value: unknown): string {
  const leaves: unknown[] = [];
  const walk = (one: unknown): void => {
    if (Array.isArray(one)) for (const item of one) walk(item);
    else if (typeof one === "object" && one !== null) Object.values(one).forEach(walk);
    else if (one !== null && one !== undefined) {
      leaves.push(typeof one === "string" ? Buffer.from(one).toString() : one);
    }
  };
  walk(JSON.parse(JSON.stringify(value)));
  return JSON.stringify(leaves.filter((leaf) => leaf !== null));
}

describe("geometries are GeoArrow", () => {
  const cases = [
    [
      "Point",
      [
        [1, 2],
        [3, 4],
      ],
      "geoarrow.point",
      "FixedSizeList[2]<Float64>",
    ],
    [
      "LineString",
      [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
      "geoarrow.linestring",
      "List<FixedSizeList[2]<Float64>>",
    ],
    [
      "MultiPoint",
      [
        [[1, 2, 3]],
        [
          [3, 4, 5],
          [5, 6, 7],
        ],
      ],
      "geoarrow.multipoint",
      "List<FixedSizeList[3]<Float64>>",
    ],
    [
      "Polygon",
      [
        [
          [
            [0, 0],
            [1, 0],
            [0, 0],
          ],
        ],
        [
          [
            [0, 0],
            [1, 0],
            [0, 0],
          ],
          [
            [2, 2],
            [3, 2],
            [2, 2],
          ],
        ],
      ],
      "geoarrow.polygon",
      "List<List<FixedSizeList[2]<Float64>>>",
    ],
    [
      "MultiPolygon",
      [
        [
          [
            [
              [0, 0],
              [1, 0],
            ],
          ],
        ],
        [[[[0, 0]]], [[[2.5, 2]]]],
      ],
      "geoarrow.multipolygon",
      "List<List<List<FixedSizeList[2]<Float64>>>>",
    ],
  ] as const;

  test.each(cases)("%s", async (type, coordinates, extension, arrowType) => {
    for (const chunk of [1, 2]) {
      const rows = coordinates.map((one) => ({ type, coordinates: one }));
      const table = await tableOf(rows, chunk);
      const [field] = table.schema.fields;
      expect([field?.name, String(field?.type)]).toEqual(["geometry", arrowType]);
      expect(field?.metadata.get("ARROW:extension:name")).toBe(extension);
      expect(jsonOf(table)).toEqual(coordinates.map((geometry) => ({ geometry })));
      const features = rows.map((geometry, id) => ({ id, geometry: id === 0 ? null : geometry }));
      const others = await tableOf(features, chunk);
      expect(others.schema.fields[1]?.metadata.get("ARROW:extension:name")).toBe(extension);
      expect(jsonOf(others)).toEqual(
        coordinates.map((geometry, id) => ({ id, geometry: id === 0 ? null : geometry })),
      );
    }
  });

  test.skipIf(!existsSync(FOLDER))(
    "1,809 quadrangles have the bytes that others wrote (geoarrow-quadrangles)",
    async () => {
      const read = (name: string) => tableFromIPC(readFileSync(new URL(`${name}.arrows`, FOLDER)));
      const interleaved = read("quadrangles_100k_interleaved");
      const separated = read("quadrangles_100k");
      type Id = { quadrangle_id: string };
      const rows = (jsonOf(interleaved) as (Id & { geometry: number[][][] })[]).map((row) => ({
        quadrangle_id: row.quadrangle_id,
        geometry: { type: "Polygon", coordinates: row.geometry },
      }));
      const columns = await columnsOf(rows, 100);
      expect(columns.slice()).toEqual(rows);
      const table = await columns.toArrow();
      const [ours, theirs] = [table, interleaved].map((t) => t.getChild("geometry"));
      expect(String(ours?.type)).toBe(String(theirs?.type));
      expect(coordinatesOf(table)).toEqual(coordinatesOf(interleaved));
      const points = (jsonOf(separated) as { geometry: { x: number; y: number }[][] }[]).map(
        ({ geometry }) => geometry.map((ring) => ring.map(({ x, y }) => [x, y])),
      );
      expect([...columns].map(({ geometry }) => geometry.coordinates)).toEqual(points);
      const { values } = columns.column("geometry.coordinates");
      expect(Float64Array.from(values)).toEqual(coordinatesOf(interleaved).at(-1));
      expect(areaOf(values)).toBeCloseTo(904.5001, 4);
    },
  );
});

/** Offsets of polygons and rings, and the coordinates, as they lie in memory. */
function coordinatesOf(table: Table) {
  const chunks = table.getChild("geometry")?.data ?? [];
  expect(chunks).toHaveLength(1);
  const [polygons] = chunks;
  const [rings] = polygons?.children ?? [];
  const numbers = rings?.children[0]?.children[0]?.values as Float64Array;
  return [
    Int32Array.from(polygons?.valueOffsets ?? []),
    Int32Array.from(rings?.valueOffsets ?? []),
    Float64Array.from(numbers),
  ];
}

/** Of rings of five points. */
function areaOf(values: ArrayLike<number>): number {
  let twice = 0;
  for (let i = 0; i < values.length; i += 2) {
    if (i % 10 === 8) continue;
    const [x = 0, y = 0, nextX = 0, nextY = 0] = [0, 1, 2, 3].map((k) => values[i + k]);
    twice += x * nextY - nextX * y;
  }
  return twice / 2;
}
