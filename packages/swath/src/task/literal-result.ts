import { joinLiterals, type Literal } from "../protocol/literal.ts";
import { closing, partsOf, scanText } from "./source-text.ts";

type AnyFunction = (...args: never[]) => unknown;

const known = new WeakMap<AnyFunction, { readonly literal: Literal | undefined }>();
/** Literals within each other; deeper ones are not known. */
const MAX_DEPTH = 32;

/**
 * What a function's text proves of what it returns: undefined unless that is nothing but literals
 * of objects or lists, wherever it returns, or it comes to its end without a result. None of them
 * is a promise.
 *
 * It is a proof or nothing: text that is not plainly of that kind proves nothing. A `return` of a
 * function within it counts as its own; that can only prove less.
 */
export function literalResult(fn: AnyFunction): Literal | undefined {
  const before = known.get(fn);
  if (before !== undefined) return before.literal;
  const proved = literalOf(Function.prototype.toString.call(fn));
  const mayPromise = proved?.kind === "record" && proved.keys.includes("then");
  const literal = mayPromise ? undefined : proved;
  known.set(fn, { literal });
  return literal;
}

function literalOf(text: string): Literal | undefined {
  // Where a script may say so, these begin comments.
  if (/<!--|-->/.test(text)) return undefined;
  const { code, unsure } = scanText(text);
  const body = bodyOf(code);
  // Outside of strings, a backslash is part of a name that reads otherwise.
  if (body === undefined || code.includes("\\")) return undefined;
  if (unsure.some((at) => at < body.start)) return undefined;
  const reader = new LiteralReader(text, code, unsure);
  if (!body.isBlock) return reader.whole(body.start, (next) => next === undefined);
  const returns = [...code.matchAll(/\breturn\b/g)];
  // One that is hidden in a comment or a string might be hidden by mistake.
  if (returns.length !== [...text.matchAll(/\breturn\b/g)].length) return undefined;
  const ends = (next: string | undefined) => next === ";" || next === "}";
  const [first, ...others] = returns.map(({ index }) => {
    const start = index + "return".length;
    // What stands on the next line is not returned.
    return /^[^\S\r\n\u2028\u2029]*[({[]/.test(code.slice(start))
      ? reader.whole(start, ends)
      : undefined;
  });
  return others.reduce(joinLiterals, first);
}

/** Where the body of a function begins that runs to its end in one go; undefined for others. */
function bodyOf(code: string): { readonly start: number; readonly isBlock: boolean } | undefined {
  if (/^\s*(?:async|class|get|set|static)\b/.test(code)) return undefined;
  const bare = /^\s*[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*\s*=>/u.exec(code)?.[0].length;
  const isBlock = (start: number) => /^\s*\{/.test(code.slice(start));
  if (bare !== undefined) return { start: bare, isBlock: isBlock(bare) };
  const parts = partsOf(code);
  if (parts === undefined || parts.isGenerator) return undefined;
  const end = parts.close + 1;
  const arrow = /^\s*=>/.exec(code.slice(end))?.[0].length;
  if (arrow !== undefined) return { start: end + arrow, isBlock: isBlock(end + arrow) };
  return isBlock(end) ? { start: end, isBlock: true } : undefined;
}

/** As they come where code is passed: templates are not among it. */
const STRING_OR_COMMENT =
  /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|\/\*[^]*?\*\/|\/\/[^\r\n\u2028\u2029]*/g;

/** Something that is no plain literal. */
class NotPlain extends Error {}

/** Reads literals from a text and from what {@link scanText} made of it. */
class LiteralReader {
  readonly #text: string;
  readonly #code: string;
  readonly #unsure: readonly number[];
  #at = 0;
  #depth = 0;

  /** @param unsure where slashes are that might be read otherwise */
  constructor(text: string, code: string, unsure: readonly number[]) {
    this.#text = text;
    this.#code = code;
    this.#unsure = unsure;
  }

  /**
   * The literal at a place, which may stand in parentheses.
   *
   * @param ends whether what was returned ends before a character
   */
  whole(start: number, ends: (next: string | undefined) => boolean): Literal | undefined {
    this.#at = start;
    return this.#plainly(() => {
      let depth = 0;
      for (; this.#peek() === "("; depth++) this.#open("(");
      const literal = this.#literal();
      for (; depth > 0; depth--) this.#take(")");
      const end = this.#next();
      const isSure = !this.#unsure.some((at) => at >= start && at < end);
      return isSure && ends(this.#code[end]) ? literal : undefined;
    });
  }

  #plainly(read: () => Literal | undefined): Literal | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof NotPlain) return undefined;
      throw error;
    }
  }

  #literal(): Literal {
    const open = this.#peek();
    if ((open !== "{" && open !== "[") || this.#depth === MAX_DEPTH) throw new NotPlain();
    this.#depth++;
    try {
      return open === "{" ? this.#record() : this.#list();
    } finally {
      this.#depth--;
    }
  }

  #record(): Literal {
    this.#open("{");
    const keys: string[] = [];
    const fields: (Literal | undefined)[] = [];
    while (this.#peek() !== "}") {
      keys.push(this.#key());
      const next = this.#peek();
      if (next === ":") this.#take(":");
      else if (next !== "," && next !== "}") throw new NotPlain();
      fields.push(next === ":" ? this.#value() : undefined);
      if (this.#peek() === ",") this.#take(",");
    }
    this.#take("}");
    // Such a key is no key; and a key that is there twice stands where it stood first.
    const isOdd = keys.includes("__proto__") || new Set(keys).size < keys.length;
    if (isOdd) throw new NotPlain();
    return { kind: "record", keys, fields };
  }

  #list(): Literal {
    this.#open("[");
    const items: (Literal | undefined)[] = [];
    while (this.#peek() !== "]" || this.#skipped() !== "") {
      items.push(this.#value());
      if (this.#peek() === ",") this.#take(",");
    }
    this.#take("]");
    return { kind: "list", items };
  }

  /** A name, or a string that is one: keys that are numbers are sorted. */
  #key(): string {
    if (this.#peek() === ":") {
      const quoted = /^(["'])([A-Za-z_$][\w$]*)\1$/.exec(this.#skipped());
      if (quoted?.[2] === undefined) throw new NotPlain();
      this.#at = this.#next();
      return quoted[2];
    }
    const name = /[A-Za-z_$][\w$]*/y;
    name.lastIndex = this.#next();
    const [found] = name.exec(this.#code) ?? [];
    if (found === undefined) throw new NotPlain();
    this.#at = name.lastIndex;
    return found;
  }

  /** A literal, or any other expression: nothing is known of that. */
  #value(): Literal | undefined {
    const start = this.#at;
    const literal = this.#plainly(() => this.#literal());
    if (literal !== undefined && /[,}\]]/.test(this.#peek() ?? "")) return literal;
    this.#at = start;
    this.#skipExpression();
    return undefined;
  }

  /** To the comma or bracket behind it. */
  #skipExpression(): void {
    if (this.#code.startsWith("...", this.#next())) throw new NotPlain();
    for (; this.#at < this.#code.length; this.#at++) {
      const char = this.#code[this.#at] as string;
      if (",)]}".includes(char)) return;
      if ("([{".includes(char)) this.#at = closing(this.#code, this.#at);
    }
    throw new NotPlain();
  }

  /** No string stands before it: it would be a part of that. */
  #open(char: string): void {
    if (this.#skipped() !== "") throw new NotPlain();
    this.#take(char);
  }

  #take(char: string): void {
    if (this.#peek() !== char) throw new NotPlain();
    this.#at = this.#next() + 1;
  }

  /** The next character of code; nothing is passed but blanks, comments and strings. */
  #peek(): string | undefined {
    return this.#code[this.#next()];
  }

  #next(): number {
    let at = this.#at;
    while (at < this.#code.length && /\s/.test(this.#code[at] as string)) at++;
    return at;
  }

  /** What {@link #peek} passes but for blanks and comments. */
  #skipped(): string {
    const withoutComment = (part: string) => (part.startsWith("/") ? " " : part);
    const passed = this.#text.slice(this.#at, this.#next());
    return passed.replace(STRING_OR_COMMENT, withoutComment).trim();
  }
}
