import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { createPool, map, range, reduce } from "swath";
import { describe, expect, test } from "vitest";
import * as tasks from "../fixtures/tasks.mjs";
import { watchThreads } from "../threads-alive.ts";
import { FULL_REPORT } from "./full-report.ts";

watchThreads();

const SCHEMA = JSON.parse(
  readFileSync(new URL("../../report.schema.json", import.meta.url), "utf8"),
) as Schema;

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

/** The same schema, but that objects may have no field that it does not describe. */
function closed(schema: Schema): Schema {
  const each = (schemas: Readonly<Record<string, Schema>>) =>
    Object.fromEntries(Object.entries(schemas).map(([name, part]) => [name, closed(part)]));
  const { properties, items, $defs } = schema;
  return {
    ...schema,
    ...(properties === undefined
      ? {}
      : { properties: each(properties), additionalProperties: false }),
    ...(items === undefined ? {} : { items: closed(items) }),
    ...($defs === undefined ? {} : { $defs: each($defs) }),
  };
}

const OPTIONS = { allErrors: true, allowUnionTypes: true };
const validate = new Ajv2020(OPTIONS).compile(closed(SCHEMA));

/** What is wrong with a record, after it has been JSON. */
function faultsOf(record: unknown): readonly string[] {
  validate(JSON.parse(JSON.stringify(record)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test("the published schema knows every field of a report, and nothing else", () => {
  expect(faultsOf(FULL_REPORT)).toEqual([]);
  const optional = new Set(["name", "command", "verdict", "computeScaling", "speedup"]);
  for (const field of ["place", "io", "helpers", "advice"]) optional.add(field);
  for (const field of Object.keys(FULL_REPORT)) {
    const { [field]: _, ...without } = FULL_REPORT as unknown as Record<string, unknown>;
    expect(faultsOf(without).length > 0, field).toBe(!optional.has(field));
  }
  expect(faultsOf({ ...FULL_REPORT, surprise: 1 })).not.toEqual([]);
});

test("readers may meet fields of a later version: the schema itself allows them", () => {
  expect(new Ajv2020(OPTIONS).compile(SCHEMA)({ ...FULL_REPORT, surprise: 1 })).toBe(true);
});

describe("reports of real jobs are as the schema says", () => {
  test("threads, calibrated", async () => {
    const job = map(range(2_000), tasks.inc, { workers: 2, report: { calibrate: true } });
    await job;
    expect(faultsOf(await job.report)).toEqual([]);
  });

  test("in place, and in place first", async () => {
    const inline = map(range(100), tasks.inc, { workers: 0 });
    await inline;
    expect(faultsOf(await inline.report)).toEqual([]);
    const auto = map(range(100), tasks.inc, { inline: "auto", workers: 2 });
    await auto;
    expect(faultsOf(await auto.report)).toEqual([]);
  });

  test("a pool's jobs: objects, `reduce`, a stream, none of a job that was cancelled", async () => {
    await using pool = createPool({ workers: 2 });
    const objects = pool.map([{ a: 1 }, { a: 2 }], tasks.inc as never);
    await objects;
    const total = pool.reduce(range(10_000), tasks.add, { initial: 0, combine: (a, b) => a + b });
    await total;
    const stream = pool.map(range(100), tasks.inc);
    for await (const _ of stream);
    const cancelled = pool.map(range(1e6), tasks.slow);
    cancelled.cancel("enough");
    await expect(cancelled).rejects.toBe("enough");
    for (const job of [objects, total, stream, cancelled]) {
      expect(faultsOf(await job.report)).toEqual([]);
    }
    expect((await total.report).unit).toBeGreaterThan(1);
  });

  test("no items", async () => {
    const job = map([], tasks.inc, { workers: 2 });
    await job;
    expect(faultsOf(await job.report)).toEqual([]);
    expect((await job.report).bound.kind).toBe("nothing");
  });

  test("`reduce`, calibrated with one worker: it is alone all the time", async () => {
    const combine = (a: number, b: number) => a + b;
    const options = { workers: 1, initial: 0, combine, report: { calibrate: true } };
    const job = reduce(range(10), tasks.add, options);
    await job;
    const report = await job.report;
    expect(faultsOf(report)).toEqual([]);
    expect(report.computeScaling).toEqual({ value: 1, low: 1, high: 1, items: 10 });
  });
});
