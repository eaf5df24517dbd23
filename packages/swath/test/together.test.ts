import { map, move, range, SharedArray, table } from "swath";
import { describe, expect, test } from "vitest";
import { watchThreads } from "./threads-alive.ts";

watchThreads();

describe("saved results", () => {
  test.each([4_095, 4_096, 8_192])(
    "item %i fails, the last never ends: the numbers of all others are there",
    async (bad) => {
      const count = 10_001;
      const outcomes = await map(
        range(count),
        (i, { with: failing }: { readonly with: number }) => {
          if (i === failing) throw new Error("bad");
          if (i === 10_000) for (;;);
          return i + 1;
        },
        { workers: 1, chunk: count, schedule: "static", timeout: 300, with: bad },
      ).settled();
      const wrong = outcomes.filter((outcome, i) => {
        return outcome.status === "fulfilled" && outcome.value !== i + 1;
      });
      expect(wrong).toEqual([]);
      expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(2);
    },
    20_000,
  );

  test("as columns, a result of another shape fails its item with `timeout` as without", async () => {
    const odd = (i: number) => (i === 1_000 ? "s" : { i });
    for (const timeout of [undefined, 20_000]) {
      const options = { workers: 2, results: "columns", timeout } as const;
      const outcomes = await map(range(3_000), odd as (i: number) => object, options).settled();
      const failed = outcomes.flatMap(({ status }, i) => (status === "rejected" ? [i] : []));
      expect(failed).toEqual([1_000]);
    }
  });
});

describe("columns", () => {
  test.each([0, 2])("an item that fails spoils no other, with %i workers", async (workers) => {
    const task = (i: number) => {
      if (i === 10) throw new Error("bad");
      return i % 3 === 0 && i > 20 ? null : { a: i };
    };
    const outcomes = await map(range(3_000), task, { workers, results: "columns" }).settled();
    const failed = outcomes.flatMap(({ status }, i) => (status === "rejected" ? [i] : []));
    expect(failed).toEqual([10]);
  });
});

describe("refused with one clear error", () => {
  const detached = () => {
    const view = new Float64Array(3);
    structuredClone(view, { transfer: [view.buffer] });
    return view;
  };
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  test.each([
    ["a detached source", () => map(detached(), (x) => x)],
    ["a detached column", () => table({ a: detached() })],
    ["a cyclic array", () => SharedArray.from(cyclic as never)],
    ["strides beyond numbers", () => SharedArray.create("uint8", [0, 2 ** 52, 2 ** 52])],
    ["a shape with holes", () => SharedArray.create("uint8", new Array(3) as never)],
    ["a slice as of an array", () => SharedArray.create("uint8", [3, 3]).slice(1 as never)],
    ["nothing to move", () => move(null as never)],
  ] as const)("%s", (_, act) => {
    expect(act).toThrow(expect.objectContaining({ code: "SWATH_INVALID_OPTION" }));
  });
});

test("a getter that throws keeps a loop in place, and the program alive", async () => {
  const slow = () => {
    const end = Date.now() + 8;
    while (Date.now() < end);
    return {
      get a() {
        throw new TypeError("boo");
      },
    };
  };
  const job = map(range(60), slow, { workers: 2, inline: "auto" });
  expect(await job).toHaveLength(60);
});
