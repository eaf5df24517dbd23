import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRecord } from "../../src/read-record.ts";
import type { GcPauses, Spans } from "../../src/record.ts";
import { packSpans } from "../../src/spans/pack.ts";
import { unpackSpans } from "../../src/spans/unpack.ts";
import { madeRecord } from "../made-record.ts";

const time = fc.double({ min: 0, max: 1e6, noNaN: true });
const row = fc.record({
  worker: fc.integer({ min: 0, max: 9_999 }),
  start: fc.maxSafeNat().map((n) => n % 2 ** 50),
  items: fc.nat(1e6),
  begin: time,
  decode: time,
  read: time,
  run: time,
  encode: time,
});
const pause = fc.record({ worker: fc.nat(9_999), begin: time, duration: time });

describe("packing and unpacking spans", () => {
  test("gives them back in order of their begin, to the microsecond", () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(pause), (rows, pauses) => {
        const sorted = rows.toSorted((a, b) => a.begin - b.begin);
        const unpacked = unpackSpans(packSpans(spansOf(rows), pausesOf(pauses)));
        expect(unpacked?.spans.recorded).toBe(rows.length);
        for (const [i, expected] of sorted.entries()) {
          const { spans } = unpacked as { spans: Spans };
          expect(spans.worker[i]).toBe(expected.worker);
          expect(spans.start[i]).toBe(expected.start);
          expect(spans.end[i]).toBe(expected.start + expected.items);
          for (const key of ["begin", "decode", "read", "run", "encode"] as const) {
            expect(spans[key][i]).toBe(Math.round(expected[key] * 1e6) / 1e6);
          }
        }
        const began = pauses.map(({ begin }) => Math.round(begin * 1e6) / 1e6);
        expect(Array.from(unpacked?.gc?.begin ?? [])).toEqual(began.toSorted((a, b) => a - b));
      }),
    );
  });

  test("refuses a block that ends early, late or elsewhere", () => {
    const { spans, gc } = columnsOf(madeRecord({ chunks: 30 }));
    const packed = packSpans(spans, gc);
    for (let length = 0; length < packed.length; length++) {
      expect(unpackSpans(packed.subarray(0, length))).toBeUndefined();
    }
    expect(unpackSpans(Uint8Array.of(...packed, 0))).toBeUndefined();
    expect(unpackSpans(Uint8Array.of(1, ...packed.subarray(1)))).toBeUndefined();
  });

  test("allocates nothing for rows that a block cannot hold", () => {
    const manyRows = Uint8Array.of(1, 0, 0xff, 0xff, 0xff, 0xff, 0x7f, 0);
    expect(unpackSpans(manyRows)).toBeUndefined();
  });

  test("never throws at random bytes, and what comes of them is checked like any record", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const unpacked = unpackSpans(Uint8Array.of(1, 3, 3, 0, ...bytes));
        if (unpacked === undefined) return;
        const { kind } = readRecord({ schema: "swath.report/1", ...unpacked });
        expect(["record", "refused"]).toContain(kind);
      }),
    );
  });
});

function columnsOf(record: ReturnType<typeof madeRecord>) {
  const reading = readRecord(record);
  if (reading.kind === "refused") throw new Error(reading.at);
  return { spans: reading.record.spans as Spans, gc: reading.record.gc as GcPauses };
}

interface Row {
  readonly worker: number;
  readonly start: number;
  readonly items: number;
  readonly begin: number;
  readonly decode: number;
  readonly read: number;
  readonly run: number;
  readonly encode: number;
}

function spansOf(rows: readonly Row[]): Spans {
  const column = (value: (row: Row) => number) => Float64Array.from(rows, value);
  return {
    count: rows.length,
    recorded: rows.length,
    worker: column((r) => r.worker),
    start: column((r) => r.start),
    end: column((r) => r.start + r.items),
    begin: column((r) => r.begin),
    decode: column((r) => r.decode),
    read: column((r) => r.read),
    run: column((r) => r.run),
    encode: column((r) => r.encode),
  };
}

function pausesOf(
  pauses: readonly { worker: number; begin: number; duration: number }[],
): GcPauses {
  return {
    worker: Float64Array.from(pauses, (p) => p.worker),
    begin: Float64Array.from(pauses, (p) => p.begin),
    duration: Float64Array.from(pauses, (p) => p.duration),
  };
}
