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

/** Methods that only change what they are called on; a cache's `get` and `set` go together. */
const GROWING = "push|unshift|splice|add|fill|copyWithin";
/** `= += -= …`, but no comparison and no arrow. */
const ASSIGNMENT = String.raw`(?:\*\*|<<|>>>?|&&|\|\||\?\?|[-+*/%&|^])?=(?![=>])|\+\+|--`;

/**
 * The first write that a function, or one that it captured, makes into data that it captured as a
 * copy. Looked for in the text alone: writes through another name are not found.
 */
export function lostWrite({ parts }: Parcel): LostWrite | undefined {
  for (const part of parts) {
    if (part.kind !== "function" || part.captures.length === 0) continue;
    const code = blankText(part.text);
    for (const [variable, index] of part.captures) {
      if (!isCopied(parts[index])) continue;
      const write = writeTo(code, variable, part);
      if (write !== undefined) return write;
    }
  }
  return undefined;
}

function writeTo(code: string, variable: string, part: FunctionPart): LostWrite | undefined {
  const name = variable.replaceAll("$", String.raw`\$`);
  const member = String.raw`(?:\s*\.\s*[\w$]+|\s*\[[^\][]*\])`;
  const before = String.raw`(?<![\w$.]|(?:const|let|var)\s)`;
  const growing = String.raw`${before}${name}\s*\.\s*(?:${GROWING})\s*\(`;
  const assigned = String.raw`${before}${name}${member}+\s*(?:${ASSIGNMENT})|(?:\+\+|--)\s*${name}${member}`;
  const found = new RegExp(`${growing}|${assigned}`).exec(code);
  if (found === null) return undefined;
  const line = part.line + 1 + code.slice(0, found.index).split("\n").length - 1;
  const text = `${found[0].replace(/\s+/g, " ")}${found[0].endsWith("(") ? "…)" : " …"}`;
  return { variable, text, url: part.url, line };
}

/** Whether each worker has a copy of its own, which others never see. */
function isCopied(part: Part | undefined): boolean {
  if (part === undefined) return false;
  if (part.kind === "array" || part.kind === "object" || part.kind === "set") return true;
  if (part.kind !== "value") return false;
  const { value } = part;
  if (typeof value !== "object" || value === null || value instanceof SharedArrayBuffer)
    return false;
  return !(ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer);
}
