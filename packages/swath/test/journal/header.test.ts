import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../src/journal/canonical.ts";
import { functionFingerprint, itemsFingerprint } from "../../src/journal/fingerprint.ts";
import { changesBetween, type JournalHeader } from "../../src/journal/header.ts";
import { openJournal } from "../../src/journal/journal.ts";
import type { ClosureReference, TaskReference } from "../../src/protocol/reference.ts";
import { headerOf, scratchPaths } from "./scratch.ts";

const newPath = scratchPaths();
const ITEMS = Array.from({ length: 6_000 }, (_, i) => ({ id: i }));
const task = { name: "score", text: "b", origin: "" };

/** ITEMS with another item at `at`. */
function itemsWith(at: number): readonly unknown[] {
  return ITEMS.map((item, i) => (i === at ? { id: -1 } : item));
}

describe("what changed", () => {
  const changes: readonly (readonly [JournalHeader, string])[] = [
    [headerOf(ITEMS, { mode: "fold" }), "it was a map, now a reduce"],
    [headerOf(ITEMS.slice(1)), "there were 6000 items, now 5999"],
    [headerOf(ITEMS, { unit: 2 }), "`block` was 1, now 2"],
    [headerOf(itemsWith(4711)), "of items 4710–4715 at least one is another"],
    [headerOf(ITEMS, { task }), "the text of the task `score` changed"],
    [headerOf(ITEMS, { task: { ...task, name: "rate" } }), "the task was `score`, now `rate`"],
    [headerOf(ITEMS, { init: task }), "`init` is now given"],
    [headerOf(ITEMS, { with: "x" }), "`with` holds other values"],
    [headerOf(ITEMS, { initial: "x" }), "`initial` is another value"],
  ];
  test.each(changes)("%#: %s", (now, text) => {
    expect(changesBetween(headerOf(ITEMS), now).map((change) => change.text)).toEqual([text]);
  });

  test("a single item is named where there are up to 1,024", () => {
    const few = (at: number) => headerOf(itemsWith(at).slice(0, 1_000));
    expect(changesBetween(few(-1), few(471))).toMatchObject([{ text: "item 471 is another" }]);
  });

  test("nothing, though another loader gives the function of the same file another text", () => {
    const now = headerOf(ITEMS, { task: { ...task, origin: "same" } });
    const before = headerOf(ITEMS, { task: { name: "score", text: "a", origin: "same" } });
    expect(changesBetween(before, now)).toEqual([]);
    const other = headerOf(ITEMS, { task: { ...task, origin: "other" } });
    expect(changesBetween(now, other)).toMatchObject([
      { text: "the module of the task `score`, or what it captured, changed" },
    ]);
  });

  test("is refused with the ways out; by force only where indices mean the same items", async () => {
    const path = newPath();
    await openJournal({ path }, headerOf(ITEMS)).close("stopped");
    const open = (header: JournalHeader, force: boolean) => openJournal({ path, force }, header);
    expect(() => open(headerOf(ITEMS, { task }), false)).toThrow(
      /Delete it .* another path.*force: true/,
    );
    await open(headerOf(ITEMS, { task }), true).close("stopped");
    expect(() => open(headerOf([]), true)).toThrow(
      /there were 6000 items, now 0. Delete it .* path$/,
    );
  });
});

describe("a digest", () => {
  test("is the same for equal content, however V8 holds it", () => {
    const rope = `${"a".repeat(20)}${"b".repeat(20)}`;
    const wide = `€${rope}`.slice(1);
    expect(digestOf(wide)).toBe(digestOf("a".repeat(20) + "b".repeat(20)));
    const half = 2.5;
    expect(digestOf([half * 2])).toBe(digestOf([5]));
    expect(digestOf(new Uint8Array([0, 1, 2]).subarray(1))).toBe(digestOf(new Uint8Array([1, 2])));
  });

  test("tells apart what differs", () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const values = [
      undefined,
      null,
      0,
      -0,
      NaN,
      "0",
      0n,
      false,
      "",
      [],
      [[]],
      ["", ""],
      [","],
      {},
      { a: 1 },
      { a: "1" },
      { b: 1 },
      new Date(0),
      new Date(1),
      /a/,
      /a/g,
      new Map(),
      new Set(),
      new Map([[1, 2]]),
      new Set([1, 2]),
      new Uint8Array(2),
      new Uint16Array(1),
      new ArrayBuffer(2),
      new Error("a"),
      new Error("b"),
      cyclic,
      (x: number) => x,
      (x: number) => x + 1,
      new SharedArrayBuffer(2),
    ];
    expect(new Set(values.map(digestOf)).size).toBe(values.length);
  });

  test("is the same for JSON that was read twice, and differs for two that differ", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const text = JSON.stringify(a);
        expect(digestOf(JSON.parse(text))).toBe(digestOf(JSON.parse(text)));
        if (text !== JSON.stringify(b)) {
          expect(digestOf(JSON.parse(text))).not.toBe(digestOf(JSON.parse(JSON.stringify(b))));
        }
      }),
    );
  });

  test("counts every item up to a million, and the first and the last of more", () => {
    const count = 3_000_000;
    const print = (items: Float64Array | number[]) =>
      itemsFingerprint("x", items.length, (start, end) => items.slice(start, end)).digest;
    const items = Array.from({ length: count }, (_, i) => i);
    const before = print(items);
    items[count - 1] = -1;
    const last = print(items);
    expect(last).not.toBe(before);
    items[0] = -1;
    expect(print(items)).not.toBe(last);
  });
});

test("a function is known by its text and its module", () => {
  const double = (x: number) => 2 * x;
  const url = import.meta.url;
  const here = functionFingerprint("double", double, { kind: "export", url, name: "double" });
  expect(here.origin).toMatch(/^[0-9a-f]{32}$/);
  expect(functionFingerprint("double", double, undefined)).toEqual({ ...here, origin: "" });
});

test("a closure is known by its text and what it captured, wherever it stands", () => {
  const closureOf = (captured: unknown, line: number): TaskReference => {
    const fn = { kind: "function", form: "expression", text: "(x) => x * k", name: "" } as const;
    const where = { url: `file:///${line}.mjs`, line, column: 2, isStrict: true };
    const rest = { captures: [["k", 1]] as const, needed: [], properties: [] };
    const parts = [
      { ...fn, ...where, ...rest },
      { kind: "value", value: captured },
    ] as const;
    const parcel = { parts, count: 2, root: 0, maps: {} };
    return { kind: "closure", name: "double", parcel };
  };
  const originOf = (reference: TaskReference) =>
    functionFingerprint("double", () => {}, reference).origin;
  expect(originOf(closureOf({ k: 2 }, 7))).toBe(originOf(closureOf({ k: 2 }, 90)));
  const withInit = closureOf({ k: 2 }, 7) as ClosureReference;
  const parts = [...withInit.parcel.parts, { kind: "value", value: "of `init`" } as const];
  const shared = { ...withInit, parcel: { ...withInit.parcel, parts } };
  expect(originOf(shared)).toBe(originOf(withInit));
  expect(originOf(closureOf({ k: 3 }, 7))).not.toBe(originOf(closureOf({ k: 2 }, 7)));
});

describe("a reference to a function", () => {
  const path = newPath();
  const referring = (url: string) => ({ band: 1, fn: { kind: "export", url, name: "risk" } });

  test("counts by the content of its module, wherever the project lies", () => {
    const [a, b] = [`${path}-a.mjs`, `${path}-b.mjs`].map((file) => {
      writeFileSync(file, "export const risk = (v) => v;");
      return pathToFileURL(file).href;
    }) as [string, string];
    const before = digestOf(referring(a));
    expect(digestOf(referring(b))).toBe(before);
    writeFileSync(`${path}-b.mjs`, "export const risk = (v) => v + 1;");
    expect(digestOf(referring(b))).not.toBe(before);
    expect(digestOf({ band: 1, fn: { ...referring(a).fn, name: "other" } })).not.toBe(before);
  });
});
