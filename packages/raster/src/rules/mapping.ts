import { InvalidOptionError } from "swath/worker";
import { isClass, type MappingRange, type MappingRule, type MappingTarget } from "./rules.ts";

/** A mapping's text cannot be read. */
export class MappingSyntaxError extends InvalidOptionError {
  /** File that the text is from; undefined where it was given directly. */
  readonly path: string | undefined;
  /** 1 for the first line. */
  readonly line: number;
  /** 1 for the first character of the line. */
  readonly column: number;

  constructor(expected: string, place: MappingPlace) {
    const file = place.path === undefined ? "" : ` of "${place.path}"`;
    const where = `at line ${place.line}, column ${place.column}${file}`;
    super("mapping", `${expected} ${where}`, place.found);
    this.path = place.path;
    this.line = place.line;
    this.column = place.column;
  }
}

/** Where in a mapping's text something was found. */
export interface MappingPlace {
  readonly path: string | undefined;
  readonly line: number;
  readonly column: number;
  readonly found: string;
}

/**
 * Reads the mapping syntax of GDAL's `gdal raster reclassify` (3.11 and later): entries
 * `source = target`, separated by semicolons or line breaks; `#` starts a comment.
 *
 * A source is a number, a range `[a,b]`, `[a,b)`, `(a,b]` or `(a,b)` (square brackets include
 * their bound, which may be `-inf` or `inf`), `NO_DATA`, `NAN` or `DEFAULT`. A target is a
 * class from 0 to 255, `NO_DATA` or `PASS_THROUGH`. As in GDAL, overlapping sources are refused.
 *
 * @param options.path the file that the text is from, for error messages
 * @throws MappingSyntaxError (`SWATH_INVALID_OPTION`) with line and column
 *
 * @example
 * parseMapping("[1,3]=10; (3,7)=20; NO_DATA=NO_DATA; DEFAULT=0").ranges.length; // 2
 *
 * @see https://gdal.org/en/stable/programs/gdal_raster_reclassify.html
 */
export function parseMapping(text: string, options: { readonly path?: string } = {}): MappingRule {
  const scanner = new Scanner(text, options.path);
  const ranges: (MappingRange & { readonly position: number })[] = [];
  const others = new Map<string, MappingTarget>();
  while (scanner.nextEntry()) {
    const position = scanner.position;
    const word = scanner.take(SOURCE_WORD)?.[0]?.toUpperCase();
    const source = word === undefined ? parseSource(scanner) : undefined;
    scanner.expect(/=/y, "`=` after the source");
    const to = parseTarget(scanner);
    scanner.expectEntryEnd();
    if (source !== undefined) {
      const other = ranges.find((range) => overlap(range, source));
      if (other !== undefined)
        scanner.fail(`no values in common with ${rangeText(other)}`, position);
      ranges.push({ ...source, to, position });
    } else if (word !== undefined) {
      if (others.has(word)) scanner.fail(`only one ${word}`, position);
      others.set(word, to);
    }
  }
  if (ranges.length === 0 && others.size === 0) scanner.fail("at least one entry `source=target`");
  return mappingRule(ranges, others);
}

type Bounds = Omit<MappingRange, "to">;

const SOURCE_WORD = /(?:DEFAULT|NO_DATA|NAN)(?![\w.])/iy;
const TARGET_WORD = /(?:PASS_THROUGH|NO_DATA)(?![\w.])/iy;
const NUMBER = /[+-]?(?:inf(?:inity)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?![\w.])/iy;

function mappingRule(
  ranges: readonly MappingRange[],
  others: ReadonlyMap<string, MappingTarget>,
): MappingRule {
  const otherwise = others.get("DEFAULT");
  const nodata = others.get("NO_DATA");
  const nan = others.get("NAN");
  return {
    kind: "mapping",
    ranges: ranges.map(({ min, max, minIncluded, maxIncluded, to }) => ({
      min,
      max,
      minIncluded,
      maxIncluded,
      to,
    })),
    ...(otherwise === undefined ? {} : { default: otherwise }),
    ...(nodata === undefined ? {} : { nodata }),
    ...(nan === undefined ? {} : { nan }),
  };
}

function parseSource(scanner: Scanner): Bounds {
  const start = scanner.position;
  const open = scanner.take(/[[(]/y)?.[0];
  if (open === undefined) {
    const value = parseNumber(scanner, "a number, a range, NO_DATA, NAN or DEFAULT");
    return { min: value, max: value, minIncluded: true, maxIncluded: true };
  }
  const min = parseNumber(scanner, "the lower bound, a number or -inf,");
  scanner.expect(/,/y, "`,` between the bounds");
  const max = parseNumber(scanner, "the upper bound, a number or inf,");
  const close = scanner.expect(/[\])]/y, "`]` or `)` after the upper bound");
  if (min > max) scanner.fail("a range with its lower bound first", start);
  return { min, max, minIncluded: open === "[", maxIncluded: close === "]" };
}

function parseTarget(scanner: Scanner): MappingTarget {
  const word = scanner.take(TARGET_WORD)?.[0]?.toUpperCase();
  if (word !== undefined) return word === "NO_DATA" ? "nodata" : "pass";
  const expected = "a class from 0 to 255, NO_DATA or PASS_THROUGH";
  const start = scanner.position;
  const value = parseNumber(scanner, expected);
  return isClass(value) ? value : scanner.fail(expected, start);
}

function parseNumber(scanner: Scanner, expected: string): number {
  const digits = scanner.expect(NUMBER, expected).toLowerCase();
  if (!digits.includes("inf")) return Number(digits) + 0;
  return digits.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function overlap(a: Bounds, b: Bounds): boolean {
  return reaches(a, b) && reaches(b, a);
}

/** Whether `a` does not end before `b` starts. */
function reaches(a: Bounds, b: Bounds): boolean {
  return a.max > b.min || (a.max === b.min && a.maxIncluded && b.minIncluded);
}

function rangeText({ min, max, minIncluded, maxIncluded }: Bounds): string {
  if (min === max) return `\`${min}\``;
  const bound = (value: number): string => String(value).replace("Infinity", "inf");
  return `\`${minIncluded ? "[" : "("}${bound(min)},${bound(max)}${maxIncluded ? "]" : ")"}\``;
}

/** A place in the text that moves on as things are read; blanks before a thing are skipped. */
class Scanner {
  readonly #text: string;
  readonly #path: string | undefined;
  #position = 0;

  constructor(text: string, path: string | undefined) {
    this.#text = text;
    this.#path = path;
  }

  get position(): number {
    this.#skip(/[^\S\n]*/y);
    return this.#position;
  }

  /** Goes on to the next entry, past separators and comments; false at the end of the text. */
  nextEntry(): boolean {
    this.#skip(/[\s;]*(?:#[^\n]*[\s;]*)*/y);
    return this.#position < this.#text.length;
  }

  /** Reads what `pattern` (sticky) finds here, if anything. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#position = pattern.lastIndex;
    return found ?? undefined;
  }

  expect(pattern: RegExp, expected: string): string {
    return this.take(pattern)?.[0] ?? this.fail(expected);
  }

  expectEntryEnd(): void {
    this.expect(/(?=[;\n#])|$/y, "`;`, a line break or the end after the target");
  }

  fail(expected: string, position = this.position): never {
    const before = this.#text.slice(0, position);
    const found = this.#text.slice(position).split("\n", 1)[0] as string;
    throw new MappingSyntaxError(expected, {
      path: this.#path,
      line: before.split("\n").length,
      column: position - before.lastIndexOf("\n"),
      found,
    });
  }

  #skip(blanks: RegExp): void {
    blanks.lastIndex = this.#position;
    blanks.exec(this.#text);
    this.#position = blanks.lastIndex;
  }
}
