import { createPool } from "swath";
import { afterAll, describe, expect, test } from "vitest";
import { rows } from "../fixtures/closures-table.mjs";
import { runClosures } from "../fixtures/run-closures.mjs";
import { outputOf } from "./run-node.ts";

const TABLE = new URL("../fixtures/closures-table.mjs", import.meta.url);

interface Result {
  readonly name: string;
  readonly ok: boolean;
  readonly got: string;
}

const bad = (results: readonly Result[]) =>
  results.filter(({ ok }) => !ok).map(({ name, got }) => `${name}: ${got}`);

describe("closures", () => {
  const pool = createPool({ workers: 1 });
  afterAll(() => pool.close());

  test.each(rows as readonly { readonly name: string }[])("$name", async (row) => {
    expect(bad(await runClosures(pool, [row], TABLE))).toEqual([]);
  });
});

test("the same closures have the same outcomes in a plain program", async () => {
  const { stdout, stderr } = await outputOf("closures.mjs");
  const results = JSON.parse(stdout) as readonly Result[];
  expect(results.length).toBe(rows.length);
  expect(bad(results)).toEqual([]);
  // One of them writes into a copy on purpose.
  expect(stderr.replaceAll(/^.*(SWATH_LOST_WRITE|trace-warnings).*$/gm, "").trim()).toBe("");
});
