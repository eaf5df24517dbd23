import type { FunctionPart, Parcel, Part } from "../protocol/parcel.ts";
import { blankText } from "./source-text.ts";

/** A write into captured data: it stays in the worker that makes it. */
export interface LostWrite {
  readonly variable: string;
  /** As it is written: `seen.push(…)`. */
  readonly text: string;
  /** URL of the script, and the line in it, from 1. */
  readonly url: string;
  readonly line: number;
}

/**
 * Which writes count: those that are lost to the caller, where a cache that each worker fills for
 * itself is a good thing; or all.
 */
export type WriteKind = "lost" | "any";

/** Methods that only change what they are called on, and those that may. */
const METHODS: Readonly<Record<WriteKind, string>> = {
  lost: "push|unshift|splice|add|fill|copyWithin",
  any: "push|unshift|splice|add|fill|copyWithin|set|delete|clear|pop|shift|sort|reverse|append",
};
/** `= += -= …`, but no comparison and no arrow. */
const ASSIGNMENT = String.raw`(?:\*\*|<<|>>>?|&&|\|\||\?\?|[-+*/%&|^])?=(?![=>])|\+\+|--`;
/** `.a`, `?.a`, `[i]`, `[keys[i]]`; no text is so long that looking for its end would take time. */
const MEMBER = String.raw`(?:\s*(?:\?\.)?\[(?:[^\][]|\[[^\][]{0,100}\]){0,200}\]|\s*\??\.\s*[\w$]+)`;
/** Within a pattern that is assigned to. */
const REST = String.raw`[^=;(){}]{0,100}`;
/** Functions that write into their first argument. */
const WRITERS = String.raw`(?:Object\s*\.\s*(?:assign|defineProperty|defineProperties|setPrototypeOf)|Reflect\s*\.\s*(?:set|defineProperty|deleteProperty))`;

/**
 * The first write that a function, or one that it captured, makes into data that it captured as a
 * copy. Looked for in the text alone: of writes through another name only those are found for
 * which that is a constant that is nothing but the captured one, or a part of it.
 */
export function lostWrite({ parts }: Parcel, kind: WriteKind = "lost"): LostWrite | undefined {
  for (const part of parts) {
    if (part.kind !== "function" || part.captures.length === 0) continue;
    const code = blankText(part.text);
    for (const [variable, index] of part.captures) {
      const captured = parts[index];
      if (!isCopied(captured)) continue;
      const found = writeTo(code, namesOf(code, variable), kind, isMap(captured));
      if (found !== undefined) return told(found, code, variable, part);
    }
  }
  return undefined;
}

/** Its own, and those of constants that are nothing but it, or a part of it: as a pattern. */
function namesOf(code: string, variable: string): string {
  const name = variable.replaceAll("$", String.raw`\$`);
  // A line that ends there goes on if the next begins with an operator.
  const end = String.raw`[^\S\n]*(?:[;,}]|$|\n(?!\s*[.?([+\-*/%&|^<>=,` + "`" + String.raw`]))`;
  const whole = String.raw`\bconst\s+([\w$]+)\s*=\s*${name}${MEMBER}*${end}`;
  const aliases = Array.from(code.matchAll(new RegExp(whole, "g")), ([, alias]) =>
    (alias as string).replaceAll("$", String.raw`\$`),
  );
  return `(?:${[...new Set([name, ...aliases])].join("|")})`;
}

function writeTo(
  code: string,
  names: string,
  kind: WriteKind,
  isKeyed: boolean,
): RegExpExecArray | undefined {
  const name = String.raw`(?<![\w$.]|(?:const|let|var)\s)${names}(?![\w$])`;
  const patterns = [
    String.raw`${name}${MEMBER}*\s*\??\.\s*(?:${METHODS[kind]})\s*\(`,
    String.raw`${name}${MEMBER}+\s*(?:${ASSIGNMENT})`,
    String.raw`(?:\+\+|--)\s*${name}${MEMBER}`,
    String.raw`\bdelete\s+${name}${MEMBER}`,
    String.raw`\b${WRITERS}\s*\(\s*${name}${MEMBER}*\s*,`,
    ...(kind === "any" ? DESTRUCTURED.map((shape) => shape.replace("NAME", () => name)) : []),
    ...(isKeyed && !isCache(code, names) ? [String.raw`${name}\s*\??\.\s*set\s*\(`] : []),
  ];
  return new RegExp(patterns.join("|")).exec(code) ?? undefined;
}

/** `[list[i], x] = …` and `{ a: list[i] } = …`, but not `x[list[i]] = …`. */
const DESTRUCTURED = [
  String.raw`(?<![\w$)\]]\s*)\[(?:${REST},)?\s*NAME${MEMBER}+(?:\s*,${REST})?\s*\]\s*=(?![=>])`,
  String.raw`:\s*NAME${MEMBER}+(?:\s*,${REST})?\s*\}\s*=(?![=>])`,
];

/** Whether a map is asked for what it has, other than on the way into it. */
function isCache(code: string, names: string): boolean {
  const asks = String.raw`(?<![\w$.])${names}\s*\??\.\s*(?:get|has)\s*\(`;
  const sets = String.raw`(?<![\w$.])${names}\s*\??\.\s*set\s*\([^;{}\n]*`;
  return new RegExp(asks).test(code.replaceAll(new RegExp(sets, "g"), ""));
}

function told(
  found: RegExpExecArray,
  code: string,
  variable: string,
  part: FunctionPart,
): LostWrite {
  const line = part.line + 1 + code.slice(0, found.index).split("\n").length - 1;
  const text = `${found[0].replace(/\s+/g, " ")}${found[0].endsWith("(") ? "…)" : " …"}`;
  return { variable, text, url: part.url, line };
}

function isMap(part: Part | undefined): boolean {
  return part?.kind === "map" || (part?.kind === "value" && part.value instanceof Map);
}

/** Whether each worker has a copy of its own, which others never see. */
function isCopied(part: Part | undefined): boolean {
  if (part === undefined) return false;
  if (["array", "object", "map", "set"].includes(part.kind)) return true;
  if (part.kind !== "value") return false;
  const { value } = part;
  if (typeof value !== "object" || value === null || value instanceof SharedArrayBuffer)
    return false;
  return !(ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer);
}
