import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_SPANS, readRecord, refusalText } from "../src/read-record.ts";
import { renderHtml } from "../src/render-html.ts";
import { madeRecord } from "./made-record.ts";
import { realRecord } from "./real-record.ts";

const made = madeRecord({ chunks: 20 });
const schema = "swath.report/1";

describe("a sound record", () => {
  test("of today is read whole", () => {
    const reading = readRecord(realRecord());
    expect(reading).toEqual({ kind: "record", record: realRecord() });
  });

  test("with all that may be in one is read whole, its columns as typed arrays", () => {
    const reading = readRecord(made);
    if (reading.kind === "refused") throw new Error(refusalText(reading));
    expect(reading.record.spans?.run).toEqual(Float64Array.from(made.spans.run));
    expect(reading.record.memory?.samples?.at).toEqual(Float64Array.from(made.memory.samples.at));
    expect(reading.record.perWorker).toEqual(made.perWorker);
  });

  test("may lack everything but its schema", () => {
    expect(readRecord({ schema })).toEqual({ kind: "record", record: { schema } });
  });

  test("may say null, NaN or something unknown for what it does not know", () => {
    const json = { schema, wall: null, workers: Number.NaN, fromTheFuture: { a: 1 } };
    expect(readRecord(json)).toEqual({ kind: "record", record: { schema } });
  });

  test("keeps a ratio of null: nothing was moved", () => {
    expect(readRecord({ schema, ratio: null })).toMatchObject({ record: { ratio: null } });
  });

  test("keeps its routes as they are, whatever they hold", () => {
    const routes = { items: "copy", copy: { bytes: 7, deep: { ms: 1 } }, none: null, list: [1] };
    expect(readRecord({ schema, routes })).toMatchObject({
      record: { routes: { items: "copy", copy: { bytes: 7, deep: { ms: 1 } } } },
    });
  });
});

describe("what cannot be right is refused with its place", () => {
  const { spans } = made;
  test.each([
    ["no object", 7, "", "an object"],
    ["no schema", {}, "schema", '"swath.report/1"'],
    ["another version", { schema: "swath.report/2" }, "schema", '"swath.report/1"'],
    ["text for a number", { schema, wall: "1" }, "wall", "a number from 0 to 100000000"],
    ["a negative time", { schema, wall: -1 }, "wall", "a number from 0 to 100000000"],
    ["half a worker", { schema, workers: 1.5 }, "workers", "an integer from 0 to 10000"],
    ["a bucket missing", { schema, buckets: { start: 1 } }, "buckets.tail", "a value"],
    ["a list for an object", { schema, memory: [] }, "memory", "an object"],
    ["an object for a list", { schema, slowest: { length: 1e9 } }, "slowest", "a list"],
    ["text in a column", withSpans({ begin: with7(spans.begin, "x") }), "spans.begin[7]", ""],
    ["NaN in a column", withSpans({ run: with7(spans.run, Number.NaN) }), "spans.run[7]", ""],
    ["a hole in a column", withSpans({ run: with7(spans.run, undefined) }), "spans.run[7]", ""],
    ["columns of two lengths", withSpans({ run: [1] }), "spans.run", "20 entries long"],
    ["more spans than ran", withSpans({ count: 19 }), "spans.recorded", "at most 19"],
    [
      "items that end early",
      withSpans({ end: with7(spans.end, 3) }),
      "spans.end[7]",
      "at least 28",
    ],
    ["a worker too many", withSpans({ worker: with7(spans.worker, 1e9) }), "spans.worker[7]", ""],
    ["a column missing", withSpans({ read: undefined }), "spans.read", "a value"],
    ["too many spans", withSpans({ run: new Float64Array(MAX_SPANS + 1) }), "spans.run", "at most"],
  ])("%s", (_, json, at, expected) => {
    const reading = readRecord(json);
    expect(reading).toMatchObject({ kind: "refused", at });
    expect(reading).toHaveProperty("expected", expect.stringContaining(expected));
  });

  test("in words that tell what to look for", () => {
    const reading = readRecord({ schema, perWorker: [{ worker: 0, useful: "much" }] });
    expect(reading.kind === "refused" && refusalText(reading)).toBe(
      'Cannot show this report: expected `perWorker[0].useful` to be a number from -100000000 to 1000000000000, got "much" (string)',
    );
  });
});

describe("hostile sizes", () => {
  test("long texts are cut", () => {
    const long = "x".repeat(1e6);
    const reading = readRecord({
      schema,
      task: long,
      slowest: [{ start: 0, end: 1, seconds: 1, preview: long }],
    });
    if (reading.kind === "refused") throw new Error(refusalText(reading));
    expect(reading.record.task).toHaveLength(201);
    expect(reading.record.slowest?.[0]?.preview).toHaveLength(2_001);
  });

  test("long lists are refused before they are read", () => {
    const slowest = new Array(1_001).fill(0);
    expect(readRecord({ schema, slowest })).toMatchObject({ kind: "refused", at: "slowest" });
  });

  test("maps are cut, and names of the prototype mean nothing", () => {
    const options = JSON.parse('{"__proto__":{"polluted":1},"constructor":"c"}') as object;
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`k${i}`, i]));
    const reading = readRecord({ schema, options, environment: many });
    if (reading.kind === "refused") throw new Error(refusalText(reading));
    expect(Object.keys(reading.record.environment ?? {})).toHaveLength(100);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

test("a damaged record is refused or shown, and never breaks the renderer", () => {
  const plain = JSON.parse(JSON.stringify(made)) as Record<string, unknown>;
  const paths = pathsOf(plain);
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.double(),
    fc.constantFrom(undefined, Number.NaN, Infinity, -1, "", "</script>", [], {}),
  );
  const damage = fc.array(fc.tuple(fc.constantFrom(...paths), junk), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(damage, (changes) => {
      const record = structuredClone(plain);
      for (const [path, value] of changes) setAt(record, path, value);
      const reading = readRecord(record);
      if (reading.kind === "refused") {
        expect(refusalText(reading)).toMatch(/^Cannot show this report: expected /);
        return;
      }
      const html = renderHtml(record);
      expect(html.match(/<\/script>/g)).toHaveLength(4);
      expect(html).not.toMatch(/<pre>[^<]*(NaN|undefined|Infinity)/);
    }),
    { numRuns: 300 },
  );
});

function withSpans(change: object): object {
  return { schema, spans: { ...made.spans, ...change } };
}

function with7<T>(column: readonly T[], value: unknown): readonly unknown[] {
  return column.map((n, i) => (i === 7 ? value : n));
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).slice(0, 10);
  return [path, ...inner.flatMap(([key, own]) => pathsOf(own, [...path, key]))].filter(
    ({ length }) => length > 0,
  );
}

function setAt(record: Record<string, unknown>, path: Path, value: unknown): void {
  let at: Record<string | number, unknown> | undefined = record;
  for (const key of path.slice(0, -1)) {
    const next: unknown = at[key];
    if (typeof next !== "object" || next === null) return;
    at = next as Record<string | number, unknown>;
  }
  at[path.at(-1) as string | number] = value;
}
