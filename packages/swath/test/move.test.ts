import { map, move, range } from "swath";
import { expect, test } from "vitest";
import * as tasks from "./fixtures/tasks.mjs";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

function pages(count: number, size = 1_000): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => new Uint8Array(size).fill(i));
}

test("marked items are moved, at any depth; the caller's are empty afterwards", async () => {
  const bytes = pages(20);
  const items = bytes.map((page, i) => ({ id: i, parts: new Map([["page", [move(page)]]]) }));
  const job = map(items, tasks.firstByteOfPage as never, { workers: 2 });
  expect(await job).toEqual(bytes.map((_, i) => i));
  expect(bytes.map(({ length }) => length)).toEqual(bytes.map(() => 0));
  const { routes } = await job.report;
  expect(routes.input).toMatchObject({ route: "move", moved: 20_000 });
});

test("items that are not marked are copied, and so are views on a part of their buffer", async () => {
  const whole = new Uint8Array(100).fill(7);
  const job = map([move(whole.subarray(10, 20)), whole], tasks.firstByte as never, { workers: 1 });
  expect(await job).toEqual([7, 7]);
  expect(whole).toHaveLength(100);
  expect((await job.report).routes.input).toMatchObject({ route: "copy", moved: 0 });
});

test("an iterable may move what it yields", async () => {
  function* fresh() {
    for (let i = 0; i < 50; i++) yield move(new Uint8Array(100).fill(i));
  }
  const job = map(fresh(), tasks.firstByte as never, { workers: 2 });
  expect(await job).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect((await job.report).routes.input.moved).toBe(5_000);
});

test("what runs in place is not moved", async () => {
  for (const options of [{ workers: 0 }, { inline: "auto" }] as const) {
    const bytes = pages(3);
    const items = bytes.map((page) => move(page));
    expect(await map(items, tasks.firstByte as never, options)).toEqual([0, 1, 2]);
    expect(bytes.map(({ length }) => length)).toEqual([1_000, 1_000, 1_000]);
  }
});

test("a moved item that is lost with its worker fails, and says that it was moved", async () => {
  const items = pages(12).map((page) => move(page));
  const settled = await map(items, tasks.exitAtFive as never, {
    workers: 2,
    schedule: "dynamic",
    chunk: 2,
  }).settled();
  const failed = settled.flatMap((one, i) => (one.status === "rejected" ? [[i, one.reason]] : []));
  expect(failed.map(([i]) => i)).toContain(5);
  for (const [index, reason] of failed) {
    expect(reason).toMatchObject({ code: "SWATH_NOT_SENDABLE", itemIndex: index });
    expect(reason.message).toContain("Its memory has been moved before");
  }
  const done = settled.flatMap((one, i) => (one.status === "fulfilled" ? [[i, one.value]] : []));
  expect(done.every(([i, value]) => i === value)).toBe(true);
});

test("retries run a moved item again where it is", async () => {
  const items = pages(30).map((page) => move(page));
  const tries = new Int32Array(new SharedArrayBuffer(4 * 30));
  const job = map(items, tasks.firstByteAtSecondTry as never, {
    workers: 2,
    retries: 1,
    with: tries,
  });
  expect(await job).toEqual(Array.from({ length: 30 }, (_, i) => i));
});

test('`route: "move"` is for sources that give memory of their own', async () => {
  const job = map(Float64Array.of(1, 2), tasks.inc, { workers: 1, route: "move" });
  expect(await job).toEqual([2, 3]);
  expect(() => map([1, 2], tasks.inc, { workers: 1, route: "move" })).toThrow(
    'of kind array offers (copy), got `"move"` (string). To move single items, mark them',
  );
  expect(() => map(range(2), tasks.inc, { workers: 1, route: "move" })).toThrow("(read)");
});

test("a typed array's own part can be asked to be copied", async () => {
  // One by one: a chunk that takes long gives its rest back, which is then sent twice.
  const options = { workers: 1, route: "copy", chunk: 1 } as const;
  const job = map(Float64Array.of(1, 2), tasks.inc, options);
  expect(await job).toEqual([2, 3]);
  expect((await job.report).routes.input).toMatchObject({ route: "copy", copied: 16, moved: 0 });
});
