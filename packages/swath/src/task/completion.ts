import type { Completion } from "../protocol/reference.ts";
import { codeOf, commonJsExporters, reexports } from "./exports.ts";
import { type Found, isProgram } from "./found.ts";
import { importsOf } from "./imports.ts";
import type { InspectorView, Script } from "./inspector.ts";
import { addedNames } from "./properties.ts";

/**
 * What a function that a module exports may have from elsewhere: packages whose parts stand in
 * several files write a function in one and give it methods in others.
 *
 * @returns undefined for a function that is no more than its text
 */
export function completionOf(found: Found, view: InspectorView): Completion | undefined {
  const { script } = found;
  const code = () => codeOf(script);
  const members = addedNames(found).filter((name) => !isAssignedIn(code(), name));
  if (members.length === 0) return undefined;
  const modules = script.isModule
    ? moduleExporters(script, view)
    : commonJsExporters(found.fn).filter((url) => url !== script.url);
  return { members, modules: modules.filter((url) => !isProgram(url)) };
}

/** Its own module gives it `name`, at whatever time: a cache that fills at the first call. */
function isAssignedIn(code: string, name: string): boolean {
  const [, word] = /(?:^|\.)([\p{ID_Start}$_][\p{ID_Continue}$]*)$/u.exec(name) ?? [];
  if (word === undefined) return false;
  const escaped = word.replaceAll("$", "\\$");
  return new RegExp(`\\.\\s*${escaped}\\s*(?:\\?\\?|\\|\\||&&|[-+*])?=(?![=>])`).test(code);
}

/** Modules that export what they import from `home`, or from another that does. */
function moduleExporters(home: Script, view: InspectorView): readonly string[] {
  const folder = packageOf(home.url);
  const scripts = view.modules((url) => url !== home.url && packageOf(url) === folder);
  const known = [withoutExtension(home.url)];
  const found: string[] = [];
  // Each is looked at once; what is found makes `known` longer while it is gone through.
  for (const one of known) {
    for (const script of scripts) {
      if (found.includes(script.url) || !exportsFrom(script, one)) continue;
      found.push(script.url);
      known.push(withoutExtension(script.url));
    }
  }
  return found;
}

function exportsFrom(script: Script, home: string): boolean {
  const isHome = (specifier: string) =>
    /^\.{0,2}\//.test(specifier) && withoutExtension(new URL(specifier, script.url).href) === home;
  return reexports(
    script,
    (local) => isHome(importsOf(script).get(local)?.specifier ?? ""),
    isHome,
  );
}

/** The folder of a package in `node_modules`; undefined for all other files. */
function packageOf(url: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(url)?.[0];
}

/** A compiler's `./x.js` is the author's `./x.ts`. */
export function withoutExtension(url: string): string {
  return url.replace(/\.[cm]?[jt]sx?$/, "");
}
