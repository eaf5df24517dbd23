import { existsSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSwathError } from "../../src/errors.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { LineWriter } from "../../src/journal/writer.ts";
import { headerOf, scratchPaths } from "./scratch.ts";

const newPath = scratchPaths();
const ITEMS = Array.from({ length: 40 }, (_, i) => ({ name: `item ${i}` }));
const HEADER = headerOf(ITEMS);

/** What a journal says, as plain data. */
function read(path: string) {
  const journal = openJournal({ path }, HEADER);
  const chunks = journal.finished.map(({ start, end, values }) => ({ start, end, values }));
  return { chunks, close: () => journal.close("stopped") };
}

async function write(
  path: string,
  chunks: readonly (readonly [start: number, values: readonly unknown[]])[],
  outcome: "finished" | "stopped" = "stopped",
): Promise<void> {
  const journal = openJournal({ path }, HEADER);
  for (const [start, values] of chunks) journal.record(start, start + values.length, values);
  await journal.close(outcome);
}

describe("a journal", () => {
  test("gives back what was recorded, sorted, whatever the order in which it came", async () => {
    const path = newPath();
    await write(path, [
      [8, ["i", "j"]],
      [0, [1, 2, 3]],
    ]);
    await write(path, [[3, [null]]], "finished");
    const { chunks, close } = read(path);
    expect(chunks).toEqual([
      { start: 0, end: 3, values: [1, 2, 3] },
      { start: 3, end: 4, values: [null] },
      { start: 8, end: 10, values: ["i", "j"] },
    ]);
    await close();
  });

  const faithful: readonly (readonly [name: string, value: unknown])[] = [
    ["what JSON has no word for", [undefined, -0, NaN, Infinity, 10n]],
    ["typed arrays", new Float32Array([1.5, -2, NaN])],
    ["a typed array on its own memory", [new Uint16Array([1, 2]).subarray(1)]],
    ["Map, Set, Date, RegExp", [new Map([[{ a: 1 }, new Set([2])]]), new Date(5), /x/g]],
    ["holes and undefined members", [[, 1], { a: undefined }]], // oxlint-disable-line no-sparse-arrays
    ["texts that are no proper Unicode", ["\ud800", "\u2028", '"\\\n', "😀"]],
    ["keys of all kinds", [JSON.parse('{"__proto__":1,"toJSON":2,"":3}')]],
    ["errors", [new RangeError("far")]],
  ];
  test.each(faithful)("gives back %s as a thread would have", async (_, value) => {
    const path = newPath();
    await write(path, [[0, [value]]]);
    const { chunks, close } = read(path);
    expect(chunks[0]?.values).toEqual(structuredClone([value]));
    await close();
  });

  test("keeps a typed array on memory of its own size", async () => {
    const path = newPath();
    await write(path, [[0, [new Float64Array([1, 2])]]]);
    const { chunks, close } = read(path);
    const [[view]] = chunks.map(({ values }) => values as Float64Array[]) as [[Float64Array]];
    expect([view.buffer.byteLength, view.byteOffset]).toEqual([16, 0]);
    await close();
  });

  test("keeps that one object stands in two places", async () => {
    const path = newPath();
    const shared = { a: 1 };
    await write(path, [[0, [shared, shared]]]);
    const { chunks, close } = read(path);
    const values = chunks[0]?.values as unknown[];
    expect(values[0]).toBe(values[1]);
    await close();
  });

  test("is lines of JSON that any tool reads", async () => {
    const path = newPath();
    await write(path, [[0, ["a"]]], "finished");
    const lines = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { schema: "swath.journal/1", mode: "map", itemCount: 40, unit: 1 },
      { kind: "chunk", start: 0, end: 1, values: ["a"] },
      { kind: "complete" },
    ]);
  });

  test("results that cannot be cloned are told, not thrown; what came before is kept", async () => {
    const path = newPath();
    const journal = openJournal({ path }, HEADER);
    journal.record(0, 1, [1]);
    journal.record(1, 2, [() => {}]);
    journal.record(2, 3, [3]);
    const error = await journal.failed;
    expect(error.message).toMatch(
      /Cannot write the results of chunk 1–2 to the journal .*: .*clone/,
    );
    await journal.close("stopped");
    const { chunks, close } = read(path);
    expect(chunks.map(({ start }) => start)).toEqual([0]);
    await close();
  });

  test.skipIf(!existsSync("/dev/full"))(
    "a full disk is told once, and nothing more is written",
    () => {
      const failures: unknown[] = [];
      const writer = new LineWriter("/dev/full", 0, (error) => failures.push(error));
      for (let i = 0; i < 3; i++) {
        writer.add("line\n");
        writer.flush();
      }
      expect(failures).toMatchObject([{ code: "ENOSPC" }]);
    },
  );
});

describe("one journal, one job", () => {
  test("a second one on the same path is refused while the first is open", async () => {
    const path = newPath();
    const first = openJournal({ path }, HEADER);
    expect(() => openJournal({ path }, HEADER)).toThrow(`is in use by process ${process.pid} on `);
    void first.close("stopped");
    // Free as soon as `close` has been called.
    await openJournal({ path }, HEADER).close("stopped");
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test.each([
    ["of a process that has ended", { pid: 2 ** 22 - 1 }],
    ["of another process under the same number", { pid: process.pid, began: "1" }],
    ["that was torn", undefined],
  ])("a lock %s is taken over", async (_, holder) => {
    const path = newPath();
    const { hostname } = await import("node:os");
    const text = holder === undefined ? '{"pid":' : JSON.stringify({ ...holder, host: hostname() });
    writeFileSync(`${path}.lock`, text);
    await write(path, [[0, [1]]]);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test("a lock of another machine is not", () => {
    const path = newPath();
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: 1, host: "elsewhere" }));
    expect(() => openJournal({ path }, HEADER)).toThrow(
      /by process 1 on elsewhere.*delete .*\.lock/,
    );
  });

  test("a journal that must exist, or must not, is refused otherwise", async () => {
    const path = newPath();
    expect(() => openJournal({ path, existing: "must" }, HEADER)).toThrow(/nothing to go on with/);
    expect([existsSync(path), existsSync(`${path}.lock`)]).toEqual([false, false]);
    await write(path, []);
    expect(() => openJournal({ path, existing: "never" }, HEADER)).toThrow(/Go on with it/);
  });

  test.each([
    ["a folder that is missing", "/nowhere/a.journal"],
    ["a folder", "/"],
    ["what is not a file", "/dev/null"],
  ])("%s is refused in one line", (_, path) => {
    expect(() => openJournal({ path }, HEADER)).toThrow(/^Cannot (open|read|write) the journal /);
  });
});

/** A journal of eight chunks: the bytes, and what they say. */
async function sample() {
  const path = newPath();
  await write(
    path,
    [5, 0, 10, 20, 15, 35, 30, 25].map((start, n) => {
      const values = Array.from({ length: 5 }, (_, i) => start + i);
      return [start, n % 2 === 0 ? values : values.map((v) => new Uint8Array([v]))];
    }),
    "finished",
  );
  const { chunks, close } = read(path);
  await close();
  return { bytes: readFileSync(path), chunks };
}

describe("a journal that is not as it was left", () => {
  test("cut at any byte: the whole chunks before the cut, and it can be gone on with", async () => {
    const { bytes, chunks } = await sample();
    const path = newPath();
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      const lines = bytes.subarray(0, length).toString("latin1").split("\n").length - 1;
      const torn = read(path);
      await torn.close();
      const expected = Math.max(0, Math.min(lines - 1, 8));
      expect(torn.chunks.length).toBe(expected);
      for (const chunk of torn.chunks) expect(chunks).toContainEqual(chunk);
    }
    // The end mark is torn, and the line before it.
    writeFileSync(path, bytes.subarray(0, bytes.length - 60));
    await write(path, [[25, [25, 26, 27, 28, 29]]]);
    const again = read(path);
    await again.close();
    expect(again.chunks.map(({ start }) => start)).toEqual(chunks.map(({ start }) => start));
  });

  test("any byte changed: refused or cut, never another value", async () => {
    const { bytes, chunks } = await sample();
    const path = newPath();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const damaged = Buffer.from(bytes);
          damaged[at] = (damaged[at] as number) ^ flip;
          writeFileSync(path, damaged);
          try {
            const found = read(path);
            await found.close();
            for (const chunk of found.chunks) expect(chunks).toContainEqual(chunk);
            expect(found.chunks.length).toBeGreaterThanOrEqual(7);
          } catch (error) {
            if (!isSwathError(error, "SWATH_JOURNAL_DAMAGED")) throw error;
            expect(error.message).toMatch(/line \d+ is not/);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("a line of another journal is refused", async () => {
    const { bytes } = await sample();
    const other = newPath();
    await write(other, [[0, ["foreign"]]]);
    const [, line] = readFileSync(other, "latin1").split("\n");
    const [header, ...rest] = bytes.toString("latin1").split("\n");
    const path = newPath();
    writeFileSync(path, [header, line, ...rest].join("\n"));
    expect(() => read(path)).toThrow(/line 2 is not as it was written/);
  });

  test("a file that is no journal is refused, and left as it is", () => {
    const path = newPath();
    for (const text of ["important", '{"schema":"other/1"}\n', "\n"]) {
      writeFileSync(path, text);
      expect(() => read(path)).toThrow(/line 1 is not the header of a journal/);
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });
});
