import { type Columns, createPool, type Job, type MapOptions, map, range } from "swath";
import { expect, expectTypeOf, test } from "vitest";

interface Thumb {
  readonly file: string;
  readonly width: number;
}

function thumb(file: string): Thumb {
  return { file, width: file.length };
}

test("the type of a job follows from its function, with no annotation", async () => {
  const files = ["a.jpg", "b.jpg"];
  const options = { workers: 1 };
  const job = map(files, thumb, options);
  expectTypeOf(job).toEqualTypeOf<Job<Thumb>>();
  const widths = map(files, async (file) => (await import("node:path")).extname(file), options);
  expectTypeOf(widths).toEqualTypeOf<Job<string>>();
  expect([await job, await widths]).toEqual([files.map(thumb), [".jpg", ".jpg"]]);
});

test("so does the type of its columns, and of each of them", async () => {
  const options = { workers: 1, results: "columns" } as const;
  const job = map(["a.jpg", "b.jpg"], thumb, options);
  expectTypeOf(job).toEqualTypeOf<Job<Thumb, Columns<Thumb>>>();
  const columns = await job;
  expectTypeOf(columns.at(0)).toEqualTypeOf<Thumb | undefined>();
  expectTypeOf(columns.column("width").values).toEqualTypeOf<Int32Array | Float64Array>();
  expectTypeOf(columns.column("width").parts[0]?.values).toEqualTypeOf<
    Int32Array | Float64Array | undefined
  >();
  expectTypeOf(columns.column("file").values).toEqualTypeOf<readonly string[]>();
  await using pool = createPool({ workers: 1 });
  const boxes = await pool.map(
    range(3),
    (x) => ({ type: "Polygon", coordinates: [[[x, 1]]], at: { ok: x > 1 } }),
    { results: "columns" },
  );
  expectTypeOf(boxes.column("coordinates").values).toEqualTypeOf<Int32Array | Float64Array>();
  expectTypeOf(boxes.column("at.ok").values).toEqualTypeOf<Uint8Array>();
  expect(boxes.column("at.ok").values).toEqual(Uint8Array.of(0, 0, 1));
  const either: MapOptions = { workers: 1 };
  expectTypeOf(await map([1], String, either)).toEqualTypeOf<string[] | Columns<string>>();
});
