import {
  Bool,
  DateMillisecond,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  Struct,
  Table,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { map, table } from "swath";
import { describe, expect, test } from "vitest";
import { watchThreads } from "../threads-alive.ts";

watchThreads();

describe("an Arrow table", () => {
  test("has the rows that it gives itself", async () => {
    const arrow = tableFromArrays({
      lon: Float64Array.of(13.4, 2.35, -0.13),
      height: Int32Array.of(34, 35, 11),
      name: ["Berlin", "Paris", "London"],
    });
    type City = { lon: number; height: number; name: string };
    const rows = await map(table<City>(arrow), (row) => row, { workers: 2 });
    expect(rows).toEqual([
      { lon: 13.4, height: 34, name: "Berlin" },
      { lon: 2.35, height: 35, name: "Paris" },
      { lon: -0.13, height: 11, name: "London" },
    ]);
  });

  test("of every common type, with nulls, gives what `get` gives, as plain data", async () => {
    const day = new Date("2026-01-02T00:00:00Z");
    const arrow = new Table({
      f32: vectorFromArray([1.5, null, 3], new Float32()),
      f64: vectorFromArray([1.5, 2.5, 3.5], new Float64()),
      i64: vectorFromArray([1n, 2n, 3n], new Int64()),
      flag: vectorFromArray([true, false, null], new Bool()),
      text: vectorFromArray(["a", null, "c"], new Utf8()),
      kind: vectorFromArray(["x", "y", "x"], new Dictionary(new Utf8(), new Int32())),
      date: vectorFromArray([day, day, null], new DateMillisecond()),
      list: vectorFromArray([[1, 2], [], [3]], new List(new Field("item", new Int32(), true))),
      point: vectorFromArray(
        [{ x: 1 }, { x: 2 }, { x: 3 }],
        new Struct([new Field("x", new Int32(), true)]),
      ),
    });
    const [first, second, third] = await map(table(arrow), (row) => row, { workers: 1 });
    expect(first).toMatchObject({ f32: 1.5, f64: 1.5, i64: 1n, flag: true, text: "a", kind: "x" });
    expect(second).toMatchObject({ f32: null, f64: 2.5, i64: 2n, flag: false, text: null });
    expect(third).toMatchObject({ f32: 3, flag: null, text: "c", kind: "x", date: null });
    expect(Number(first?.["date"])).toBe(Number(arrow.getChild("date")?.get(0)));
    expect([first?.["list"], first?.["point"]]).toEqual([[1, 2], { x: 1 }]);
  });

  test("in several pieces, as it comes from a file, is one table", async () => {
    const piece = (from: number) =>
      tableFromArrays({ id: Int32Array.of(from, from + 1), name: [`n${from}`, `n${from + 1}`] });
    const arrow = tableFromIPC(tableToIPC(piece(0))).concat(piece(2));
    const ids = await map(table<{ id: number; name: string }>(arrow), (row) => row.name + row.id, {
      workers: 2,
      chunk: 1,
    });
    expect(ids).toEqual(["n00", "n11", "n22", "n33"]);
  });
});
