import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ExportReference } from "../protocol/reference.ts";
import { exportName } from "./exports.ts";
import type { Inspected, InspectorView, Script } from "./inspector.ts";
import { authorPlace, offsetOf } from "./place.ts";
import { type Owner, type Trail, WAYS } from "./trail.ts";

/** Any function, called by nobody here. */
export type Fn = (...args: never[]) => unknown;

/** A function as it was found. */
export interface Found {
  readonly fn: Fn;
  readonly text: string;
  readonly inspected: Inspected;
  readonly script: Script;
  /** Where its text begins in the script's. */
  readonly start: number;
  readonly owner: Owner;
}

/**
 * Finds where a function was written.
 *
 * @param rootName how messages call the task itself, if it has no name
 * @throws CaptureRefusedError if it was not written in JavaScript
 */
export function findFunction(fn: Fn, view: InspectorView, trail: Trail, rootName: string): Found {
  const text = Function.prototype.toString.call(fn);
  const inspected = view.inspect(fn);
  if (inspected.isBound) {
    trail.refuse("a bound function", "Capture the function itself, and give it its arguments here");
  }
  const { location } = inspected;
  const script = location && view.script(location.scriptId);
  if (location === undefined || script === undefined || isNative(fn)) {
    return trail.refuse("a native function", WAYS.plain);
  }
  const offset = offsetOf(script, location);
  const at = script.text.lastIndexOf(text, offset);
  const start = at < 0 ? offset : at;
  const owner: Owner = {
    name: fn.name || (trail.owner === undefined ? rootName : trail.variable),
    via: trail.owner,
    placeOf: (word) => authorPlace(script, start + firstUse(text, word)),
  };
  return { fn, text, inspected, script, start, owner };
}

/** Whether a function's text is not to be had: native functions and bound ones. */
export function isNative(fn: object): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(fn));
}

/** The export that `found` is, with what a worker checks it by. */
export function exportReference({ fn, text, script, start }: Found): ExportReference | undefined {
  if (!script.url.startsWith("file:")) return undefined;
  const name = exportName(script, fn, start);
  if (name === undefined) return undefined;
  // A map means that a loader changed the text, and another loader may change it otherwise.
  const isOriginal = script.sourceMapUrl?.startsWith("data:") !== true;
  const expected = { name: fn.name, arity: fn.length, text: isOriginal ? text : undefined };
  return { kind: "export", url: script.url, name, expected };
}

/** Whether a script is the program that was started, or a test file: both run when imported. */
export function isProgram(url: string): boolean {
  if (/\.(?:test|spec)\.[cm]?[jt]sx?$/.test(url)) return true;
  const [, entry] = process.argv;
  if (entry === undefined) return false;
  try {
    return realpathSync(fileURLToPath(url)) === realpathSync(entry);
  } catch {
    return false;
  }
}

/** Strictness is inherited from the text around a function. */
export function isStrictText({ fn, text, script }: Found): boolean {
  if (script.isModule || /^class\b/.test(text)) return true;
  if (Object.hasOwn(fn, "prototype") && !isGeneratorFunction(fn)) return isStrictFunction(fn);
  return /^(?:#!.*\n|\s|\/\/.*\n|\/\*[^]*?\*\/|__filename="[^"]*";\(\(\)=>\{)*["']use strict["']/.test(
    script.text,
  );
}

/** Strict functions do not say who called them. */
function isStrictFunction(fn: Fn): boolean {
  try {
    void (fn as unknown as { readonly caller: unknown }).caller;
    return false;
  } catch {
    return true;
  }
}

/** Whether a function makes a generator, asynchronous or not. */
export function isGeneratorFunction(fn: object): boolean {
  return /Generator/.test(Object.prototype.toString.call(fn));
}

function firstUse(text: string, word: string): number {
  const root = /^[\p{ID_Start}$_#][\p{ID_Continue}$]*/u.exec(word)?.[0];
  if (root === undefined) return 0;
  const pattern = `(?<![\\w$.])${root.replaceAll("$", "\\$")}(?![\\w$])`;
  return Math.max(0, text.search(new RegExp(pattern)));
}
