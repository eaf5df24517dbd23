import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FIGURES, figureNamed } from "../../../src/cli/assertions/figures.ts";

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const schema = JSON.parse(
  readFileSync(new URL("../../../report.schema.json", import.meta.url), "utf8"),
) as Schema;

/** Where the schema has numbers, outside of lists. */
function numbersIn({ $ref, type, anyOf = [], properties = {} }: Schema, path: string): string[] {
  const target = $ref === undefined ? undefined : schema.$defs?.[$ref.split("/").at(-1) as string];
  if (target !== undefined) return numbersIn(target, path);
  const isNumber = [type].flat().some((word) => word === "number" || word === "integer");
  return [
    ...(isNumber ? [path] : []),
    ...anyOf.flatMap((one) => numbersIn(one, path)),
    ...Object.entries(properties).flatMap(([name, one]) =>
      numbersIn(one, path === "" ? name : `${path}.${name}`),
    ),
  ];
}

describe("the figures of a report", () => {
  test("are the numbers of its schema", () => {
    const known = Object.entries(FIGURES).flatMap(([top, rest]) =>
      Object.keys(rest).map((name) => (name === "" ? top : `${top}.${name}`)),
    );
    expect(known.toSorted()).toEqual([...new Set(numbersIn(schema, ""))].toSorted());
  });

  const named: readonly (readonly [name: string, expected: object])[] = [
    ["efficiency", { path: "efficiency.parallel", measure: "share" }],
    ["chunks.lost", { path: "chunks.lost", measure: "count" }],
    ["routes.input.moved", { path: "routes.input.moved", measure: "bytes" }],
    ["chunks.lots", { known: ["chunks.count", "chunks.lost"] }],
    ["chunks", { known: ["chunks.count", "chunks.lost"] }],
    ...["constructor", "toString", "valueOf", "hasOwnProperty", "nosuch"].map(
      (name): [string, object] => [name, { known: Object.keys(FIGURES) }],
    ),
  ];
  test.each(named)("%s", (name, expected) => {
    expect(figureNamed(name)).toEqual(expected);
  });
});
