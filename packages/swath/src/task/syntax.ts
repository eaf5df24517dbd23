import { Script } from "node:vm";
import type { FunctionForm } from "../protocol/parcel.ts";
import { isAssigned, replaceWord } from "./assigned.ts";
import type { InspectorView } from "./inspector.ts";
import { blankText, closing, partsOf } from "./source-text.ts";

/** What the text of a function says, whatever the values that it captured. */
export interface Syntax {
  readonly form: FunctionForm;
  /** The text to send: `import.meta` has become {@link META}. */
  readonly text: string;
  /** The same with comments, strings and regular expressions blanked. */
  readonly code: string;
  /** Names that the text uses and does not declare: captured variables and globals. */
  readonly free: readonly string[];
  /** Those of them that it writes to. */
  readonly assigned: ReadonlySet<string>;
  /** The first of `this`, `super`, `arguments`, `new.target` of something around the text. */
  readonly outer: string | undefined;
  /** The class that a class extends: a name, or an expression; undefined where there is none. */
  readonly heritage: string | undefined;
}

/** Stands for `import.meta`, which only modules may write; of the same length. */
export const META = "import_meta";

/** Text that is no function by itself, with V8's reason. */
export interface NotAlone {
  readonly reason: string;
}

const known = new Map<string, Syntax | NotAlone>();
/** Texts of functions whose analysis is kept. */
const MAX_KNOWN = 1_000;

/**
 * Asks V8's own parser about a function's text: the text is compiled as a function that is
 * never called, around which every word of it is declared as a variable. Those that the compiled
 * function holds on to are the free ones.
 */
export function analyse(
  source: string,
  isStrict: boolean,
  isRoot: boolean,
  view: InspectorView,
): Syntax | NotAlone {
  const key = `${isStrict}${isRoot}${source}`;
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const fresh = new Analysis(source, isStrict, isRoot, view).run();
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, fresh);
  return fresh;
}

/** V8 takes 65,534. */
const MAX_PARAMETERS = 60_000;

class Analysis {
  readonly #source: string;
  readonly #prologue: string;
  readonly #isRoot: boolean;
  readonly #view: InspectorView;

  constructor(source: string, isStrict: boolean, isRoot: boolean, view: InspectorView) {
    this.#source = source;
    this.#prologue = isStrict ? '"use strict";' : "";
    this.#isRoot = isRoot;
    this.#view = view;
  }

  run(): Syntax | NotAlone {
    const source = withoutEscapes(this.#source);
    const blanked = blankText(source);
    const text = withoutMeta(withConstantKey(source, blanked), blanked);
    const code = text === this.#source ? blanked : blankText(text);
    const form = /^(?:get|set)\s+[^\s(=]/.test(code)
      ? { reason: "it is the getter or setter of an object" }
      : this.#formOf(text, code);
    if (typeof form !== "string") return this.#isOuterSuper(form, text);
    const wrapped = form === "method" ? `({${text}\n})` : `(${text}\n)`;
    const freeNames = (expression: string, names: readonly string[]) =>
      this.#freeNames(expression, names);
    const free = freeNames(wrapped, wordsOf(text, this.#prologue !== ""));
    const heritage = form === "class" ? heritageOf(code) : undefined;
    return {
      form,
      text,
      code,
      free,
      assigned: new Set(free.filter((name) => isAssigned(wrapped, name, freeNames))),
      outer: this.#outer(wrapped, form, text, code),
      heritage,
    };
  }

  #formOf(text: string, code: string): FunctionForm | NotAlone {
    const plain = this.#error(`(${text}\n)`);
    if (plain === undefined) return /^\s*class\b/.test(code) ? "class" : "expression";
    // A method may say `super`, a function may not: so `super` of its own is told apart here.
    const asFunction = asFunctionText(text, code);
    const method = asFunction === undefined ? plain : this.#error(`(${asFunction}\n)`);
    if (method !== undefined)
      return { reason: /'#|new\.target|super/.test(plain) ? plain : method };
    return this.#error(`({${text}\n})`) === undefined ? "method" : { reason: plain };
  }

  #isOuterSuper(failure: NotAlone, text: string): Syntax | NotAlone {
    if (!/'super' keyword|new\.target/.test(failure.reason)) return failure;
    const outer = failure.reason.includes("new.target") ? "new.target" : "super";
    const none = { free: [], assigned: new Set<string>(), heritage: undefined };
    return { form: "expression", text, code: blankText(text), outer, ...none };
  }

  /** V8's complaint about an expression, if it has one. */
  #error(expression: string): string | undefined {
    try {
      void new Script(`(() => {${this.#prologue} return () => ${expression} })`);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  #freeNames(wrapped: string, names: readonly string[]): readonly string[] {
    if (names.length > MAX_PARAMETERS) {
      const rest = this.#freeNames(wrapped, names.slice(MAX_PARAMETERS));
      return [...this.#freeNames(wrapped, names.slice(0, MAX_PARAMETERS)), ...rest];
    }
    const body = `${this.#prologue} return () => ${wrapped}`;
    const script = new Script(`(function (${names.join(",")}) { ${body} })`);
    const make = script.runInThisContext() as () => object;
    const scope = this.#view.inspect(make()).scopes[0] ?? {};
    return names.filter((name) => Object.hasOwn(scope, name));
  }

  /** `this` has the scope of `arguments`, which V8 does show: so one is put for the other. */
  #outer(wrapped: string, form: FunctionForm, text: string, code: string): string | undefined {
    if (this.#seesArguments(wrapped)) return "arguments";
    if (!/\bthis\b/.test(code) || form === "class") return undefined;
    const outside = withoutClassBodies(text, code);
    const asked = replaceWord(outside, "this", "arguments");
    if (this.#seesArguments(form === "method" ? `({${asked}\n})` : `(${asked}\n)`)) return "this";
    if (!this.#isRoot) return undefined;
    const arrow = asArrowText(outside, code);
    if (arrow === undefined) return undefined;
    const own = replaceWord(replaceWord(arrow, "arguments", "its$own"), "this", "arguments");
    return this.#seesArguments(`(${own}\n)`) ? "this" : undefined;
  }

  /** What `eval` is called with might use anything; V8 lets it, so it goes. */
  #seesArguments(expression: string): boolean {
    const code = replaceWord(expression, "eval", "its$eval");
    try {
      const make = new Script(`(function () { return () => ${code} })`).runInThisContext();
      const scope = this.#view.inspect((make as () => object)()).scopes[0] ?? {};
      return Object.hasOwn(scope, "arguments");
    } catch {
      return false;
    }
  }
}

/** Words that no variable can be called; a constant cannot be called `let` in sloppy code, either. */
const RESERVED = new Set(
  (
    "arguments break case catch class const continue debugger default delete do else enum eval " +
    "export extends false finally for function if import in instanceof let new null return super " +
    "switch this throw true try typeof var void while with"
  ).split(" "),
);
/** Words that no variable can be called in strict code. */
const STRICTLY_RESERVED = new Set(
  "implements interface package private protected public static yield".split(" "),
);

function wordsOf(text: string, isStrict: boolean): readonly string[] {
  const words = text.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu) ?? [];
  const isName = (word: string) =>
    !RESERVED.has(word) && !(isStrict && STRICTLY_RESERVED.has(word));
  return [...new Set(words)].filter(isName);
}

/** Names with their `\\u0061` written out; blanks keep the rest of the line where it was. */
function withoutEscapes(text: string): string {
  if (!text.includes("\\u")) return text;
  const word = /(?:[\p{ID_Continue}$]|\\u[\da-f]{4}|\\u\{[\da-f]+\})+/giu;
  let result = text;
  for (const { 0: escaped, index } of blankText(text).matchAll(word)) {
    if (!escaped.includes("\\")) continue;
    const name = escaped.replace(/\\u(?:\{([\da-f]+)\}|([\da-f]{4}))/gi, (_, long, short) =>
      String.fromCodePoint(Number.parseInt(long ?? short, 16)),
    );
    const padded = name.padEnd(escaped.length);
    result = result.slice(0, index) + padded + result.slice(index + escaped.length);
  }
  return result;
}

/** The fields and methods of a class have a `this` of their own, and may not say `arguments`. */
function withoutClassBodies(text: string, code: string): string {
  let result = text;
  for (const { index } of code.matchAll(/(?<![\w$.#])class\b(?!\s*[:(=,;?}])/g)) {
    const open = code.indexOf("{", index);
    if (open < 0) continue;
    const close = closing(code, open);
    result = result.slice(0, open + 1) + " ".repeat(close - open - 1) + result.slice(close);
  }
  return result;
}

function withoutMeta(text: string, code: string): string {
  let result = text;
  for (const { index } of code.matchAll(/\bimport\.meta\b/g)) {
    result = result.slice(0, index) + META + result.slice(index + META.length);
  }
  return result;
}

/** A method's computed name was computed long ago; it must not be again. */
function withConstantKey(text: string, code: string): string {
  const start = /^(?:async\b\s*)?(?:\*\s*)?\[/.exec(code)?.[0].length;
  if (start === undefined) return text;
  const end = closing(code, start - 1);
  const key = '"computed"'.padEnd(end - start, " ");
  return text.slice(0, start) + key + text.slice(end);
}

/** `extends` of a class, up to its body. */
function heritageOf(code: string): string | undefined {
  const head = /^\s*class\b\s*(?:[\p{ID_Start}$_][\p{ID_Continue}$]*)?\s*?\bextends\b/u.exec(code);
  if (head === null) return undefined;
  const rest = code.slice(head[0].length);
  const simple = /^\s*([\p{ID_Start}$_][\p{ID_Continue}$]*(?:\s*\.\s*[\w$]+)*)\s*\{/u.exec(rest);
  return simple?.[1] ?? "(";
}

/** A method as a function: its name may be anything, so it goes. */
function asFunctionText(text: string, code: string): string | undefined {
  const parts = partsOf(code);
  if (parts === undefined) return undefined;
  const async = /^async\b(?!\s*\()/.test(code) ? "async " : "";
  return `${async}function ${parts.isGenerator ? "*" : ""}${text.slice(parts.open)}`;
}

/** A function or method as an arrow function, which would take `this` from around it. */
function asArrowText(text: string, code: string): string | undefined {
  const parts = partsOf(code);
  if (parts === undefined || /^[^(]*=>/.test(code)) return undefined;
  const async = /^async\b(?!\s*\()/.test(code) ? "async " : "";
  const close = parts.close + 1;
  return `${async}${text.slice(parts.open, close)} => ${text.slice(close)}`;
}
