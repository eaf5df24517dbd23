import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import type { AuthorPlace } from "../errors.ts";
import type { Script } from "./inspector.ts";

/** Where a script's text stands, both from 0. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new Map<string, readonly number[]>();

function startsOf(script: Script): readonly number[] {
  let starts = lineStarts.get(script.id);
  if (starts === undefined) {
    starts = [0, ...Array.from(script.text.matchAll(/\r\n?|\n|\u2028|\u2029/g), endOf)];
    lineStarts.set(script.id, starts);
  }
  return starts;
}

function endOf(match: RegExpExecArray): number {
  return match.index + match[0].length;
}

/** Index in a script's text of a line and column. */
export function offsetOf(script: Script, { line, column }: TextPlace): number {
  return (startsOf(script)[line] ?? script.text.length) + column;
}

/** Line and column of an index in a script's text. */
export function placeOf(script: Script, offset: number): TextPlace {
  const starts = startsOf(script);
  let low = 0;
  for (let high = starts.length; low + 1 < high; ) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle;
  }
  return { line: low, column: offset - (starts[low] as number) };
}

/** The same place in the author's own file: a compiler may have moved it. */
export function authorPlace(script: Script, offset: number): AuthorPlace {
  const { line, column } = placeOf(script, offset);
  const file = script.url.startsWith("file:") ? pathOf(script.url) : script.url || "(evaluated)";
  const original = mapOf(script)?.findEntry(line, column);
  if (original === undefined || !("originalLine" in original)) return { file, line: line + 1 };
  return { file, line: (original.originalLine as number) + 1 };
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ""));
  } catch {
    return url;
  }
}

const maps = new Map<string, SourceMap | undefined>();

/** Maps in the script itself; others are for those who asked Node for them. */
function mapOf(script: Script): SourceMap | undefined {
  const { id, sourceMapUrl } = script;
  if (!maps.has(id)) maps.set(id, sourceMapUrl === undefined ? undefined : readMap(sourceMapUrl));
  return maps.get(id);
}

function readMap(url: string): SourceMap | undefined {
  const [, base64, body] = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(url) ?? [];
  if (body === undefined) return undefined;
  try {
    const json = base64 ? Buffer.from(body, "base64").toString() : decodeURIComponent(body);
    return new SourceMap(JSON.parse(json));
  } catch {
    return undefined;
  }
}
