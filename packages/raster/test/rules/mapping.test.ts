import { describe, expect, it } from "vitest";
import { parseMapping } from "../../src/rules/mapping.ts";
import type { MappingRange, MappingRule, MappingTarget } from "../../src/rules/rules.ts";

function range(text: string, min: number, max: number, to: MappingTarget): MappingRange {
  return { min, max, minIncluded: text[0] === "[", maxIncluded: text[1] === "]", to };
}

const READ: readonly (readonly [text: string, rule: Omit<MappingRule, "kind">])[] = [
  ["7=107", { ranges: [range("[]", 7, 7, 107)] }],
  ["[1,3]=101", { ranges: [range("[]", 1, 3, 101)] }],
  [
    "[1,3)=1;(3,4]=2;(5,6)=3",
    { ranges: [range("[)", 1, 3, 1), range("(]", 3, 4, 2), range("()", 5, 6, 3)] },
  ],
  [
    "[-inf,0)=1; [0,inf]=2",
    { ranges: [range("[)", -Infinity, 0, 1), range("[]", 0, Infinity, 2)] },
  ],
  ["[-INF,0)=1", { ranges: [range("[)", -Infinity, 0, 1)] }],
  ["  [ 4 , 5 ) = 102  ", { ranges: [range("[)", 4, 5, 102)] }],
  [
    "-1.5e-3=1; .5=2; 3.=3; +4=4",
    {
      ranges: [
        range("[]", -1.5e-3, -1.5e-3, 1),
        range("[]", 0.5, 0.5, 2),
        range("[]", 3, 3, 3),
        range("[]", 4, 4, 4),
      ],
    },
  ],
  ["1=1.0; 2=2e1", { ranges: [range("[]", 1, 1, 1), range("[]", 2, 2, 20)] }],
  [
    "NO_DATA=NO_DATA; DEFAULT=PASS_THROUGH; NAN=3",
    { ranges: [], nodata: "nodata", default: "pass", nan: 3 },
  ],
  [
    "no_data=7; default=no_data; 1=pass_through",
    { ranges: [range("[]", 1, 1, "pass")], nodata: 7, default: "nodata" },
  ],
  [
    "# a comment; 9=9\n0 = 10  # land\r\n\n[2,4]=20;# fresh\n",
    { ranges: [range("[]", 0, 0, 10), range("[]", 2, 4, 20)] },
  ],
  [";;1=2;;", { ranges: [range("[]", 1, 1, 2)] }],
  [
    "[1,2)=1;[2,3)=2;3=3;(3,4]=4",
    {
      ranges: [
        range("[)", 1, 2, 1),
        range("[)", 2, 3, 2),
        range("[]", 3, 3, 3),
        range("(]", 3, 4, 4),
      ],
    },
  ],
];

const REFUSED: readonly (readonly [text: string, message: string])[] = [
  ["", "Expected `mapping` to be at least one entry `source=target` at line 1, column 1"],
  ["# only a comment", "at least one entry"],
  ["1", "`=` after the source at line 1, column 2"],
  ["1=", "a class from 0 to 255, NO_DATA or PASS_THROUGH at line 1, column 3"],
  ["1=256", 'a class from 0 to 255, NO_DATA or PASS_THROUGH at line 1, column 3, got `"256"`'],
  ["1=-1", "a class from 0 to 255"],
  ["1=1.5", "a class from 0 to 255"],
  ["1=DEFAULT", "a class from 0 to 255"],
  ["PASS_THROUGH=1", "a number, a range, NO_DATA, NAN or DEFAULT at line 1, column 1"],
  ["DEFAULTS=1", "a number, a range, NO_DATA, NAN or DEFAULT"],
  ["1=2 3=4", "`;`, a line break or the end after the target at line 1, column 5"],
  ["1=2;\n[3,4=5", "`]` or `)` after the upper bound at line 2, column 5"],
  ["[3;4]=5", "`,` between the bounds at line 1, column 3"],
  ["[a,4]=5", "the lower bound, a number or -inf, at line 1, column 2"],
  ["[nan,4]=5", "the lower bound"],
  ["[3,]=5", "the upper bound, a number or inf, at line 1, column 4"],
  ["[4,3]=5", "a range with its lower bound first at line 1, column 1"],
  ["1=1; [0,5)=2", "no values in common with `1` at line 1, column 6"],
  ["(-inf,3]=1; [3,4]=2", "no values in common with `(-inf,3]` at line 1, column 13"],
  ["DEFAULT=1; DEFAULT=2", "only one DEFAULT at line 1, column 12"],
  ["NO_DATA=1; no_data=2", "only one NO_DATA"],
  ["0x10=1", "a number"],
];

describe("parseMapping", () => {
  it.each(READ)("reads %j", (text, rule) => {
    expect(parseMapping(text)).toEqual({ kind: "mapping", ...rule });
  });

  it.each(REFUSED)("refuses %j and says where", (text, message) => {
    expect(() => parseMapping(text)).toThrow(message);
    expect(() => parseMapping(text)).toThrow(
      expect.objectContaining({ code: "SWATH_INVALID_OPTION", option: "mapping" }),
    );
  });

  it("names the file, and gives the place as fields", () => {
    expect(() => parseMapping("1=2\n  oops", { path: "m.txt" })).toThrow(
      expect.objectContaining({
        line: 2,
        column: 3,
        path: "m.txt",
        message:
          'Expected `mapping` to be a number, a range, NO_DATA, NAN or DEFAULT at line 2, column 3 of "m.txt", got `"oops"` (string)',
      }),
    );
  });
});
