import { InvalidOptionError } from "../../plugin.ts";
import { figureNamed, type Measure } from "./figures.ts";

const OPERATORS = {
  ">=": (figure: number, limit: number) => figure >= limit,
  "<=": (figure: number, limit: number) => figure <= limit,
  "==": (figure: number, limit: number) => figure === limit,
  ">": (figure: number, limit: number) => figure > limit,
  "<": (figure: number, limit: number) => figure < limit,
} as const;

/** What a figure of a record is asked to be. */
export interface Assertion {
  /** As it was given. */
  readonly text: string;
  /** Where the figure is in the record, as `efficiency.parallel`. */
  readonly figure: string;
  readonly operator: keyof typeof OPERATORS;
  /** In the record's units: seconds, bytes, shares of 1. */
  readonly limit: number;
}

/** Units that a limit may have, with their factors, by what the figure is measured in. */
const UNITS: Readonly<Record<Measure, ReadonlyMap<string, number>>> = {
  seconds: new Map([
    ["µs", 1e-6],
    ["us", 1e-6],
    ["ms", 1e-3],
    ["s", 1],
    ["min", 60],
  ]),
  bytes: new Map([
    ["B", 1],
    ["kB", 1e3],
    ["MB", 1e6],
    ["GB", 1e9],
    ["TB", 1e12],
  ]),
  share: new Map([["%", 0.01]]),
  count: new Map(),
};

/**
 * Reads an assertion.
 *
 * @example
 * parseAssertion("efficiency >= 70 %"); // efficiency.parallel, ">=", 0.7
 * parseAssertion("memory.peakResident<2GB");
 * @throws InvalidOptionError
 */
export function parseAssertion(text: string): Assertion {
  const parts = /^\s*([a-zA-Z][\w.]*)\s*(>=|<=|==|>|<)\s*(\S+?)\s*(%|[a-zµA-Z]*)\s*$/.exec(text);
  const [, name = "", operator = "", number = "", unit = ""] = parts ?? [];
  const units = Object.values(UNITS).flatMap((factors) => [...factors.keys()]);
  if (parts === null || !Number.isFinite(Number(number)) || !["", ...units].includes(unit)) {
    const expected = `a figure, one of ${Object.keys(OPERATORS).join(" ")}, and a number with or without a unit (${units.join(" ")}), as 'efficiency>=0.7'`;
    throw new InvalidOptionError("--assert", expected, text);
  }
  const figure = figureNamed(name);
  if ("known" in figure) {
    const expected = `about a figure of the report: ${figure.known.join(", ")}`;
    throw new InvalidOptionError("--assert", expected, text);
  }
  const { path, measure } = figure;
  const factor = unit === "" ? 1 : UNITS[measure].get(unit);
  if (factor === undefined) {
    const known = [...UNITS[measure].keys()];
    const expected = `${known.length === 0 ? "without a unit" : `in ${known.join(", ")} or without a unit`}, for \`${path}\` has no ${unit}`;
    throw new InvalidOptionError("--assert", expected, text);
  }
  return {
    text,
    figure: path,
    operator: operator as Assertion["operator"],
    limit: Number(number) * factor,
  };
}

/**
 * What is wrong with a record by an assertion, as a sentence; undefined where nothing is.
 *
 * @param record of a run; a figure that it lacks is wrong
 */
export function failureOfAssertion(assertion: Assertion, record: object): string | undefined {
  const { text, figure, operator, limit } = assertion;
  const value = figureOf(record, figure);
  if (value === undefined) {
    return `Cannot check '${text}': the report of this run has no figure \`${figure}\``;
  }
  if (OPERATORS[operator](value, limit)) return undefined;
  return `Asserted '${text}', but \`${figure}\` is ${rounded(value)}`;
}

function figureOf(record: object, path: string): number | undefined {
  let value: unknown = record;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === "number" ? value : undefined;
}

/** Four digits at least: enough to tell it from a limit that was nearly met. */
function rounded(value: number): string {
  return String(Math.abs(value) >= 1e4 ? Math.round(value) : Number(value.toPrecision(4)));
}
