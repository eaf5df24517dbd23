import { type Job, map } from "swath";
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
