import { joinLiterals, type Literal } from "../protocol/literal.ts";
import { blankText, closing } from "./source-text.ts";

/**
 * What a function's text proves of its results: undefined unless it returns nothing but literals
 * of objects or lists, wherever it returns, or comes to its end without a result.
 *
 * It is a proof or nothing: text that is not plainly of that kind proves nothing. A `return` of a
 * function within it counts as its own; that can only prove less.
 */
export function literalResult(fn: (...args: never[]) => unknown): Literal | undefined {
  const text = Function.prototype.toString.call(fn);
  const code = blankText(text);
  const body = bodyOf(code);
  if (body === undefined) return undefined;
  const reader = new LiteralReader(text, code);
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
  const arrow = /^\s*[\w$]+\s*=>/.exec(code)?.[0].length ?? arrowEnd(code);
  if (arrow !== undefined) return { start: arrow, isBlock: /^\s*\{/.test(code.slice(arrow)) };
  const open = code.indexOf("(");
  const isGenerator = code.slice(0, open).includes("*");
  return open < 0 || isGenerator ? undefined : { start: closing(code, open) + 1, isBlock: true };
}

function arrowEnd(code: string): number | undefined {
  const open = /^\s*\(/.exec(code)?.[0].length;
  if (open === undefined) return undefined;
  const close = closing(code, open - 1) + 1;
  const arrow = /^\s*=>/.exec(code.slice(close))?.[0].length;
  return arrow === undefined ? undefined : close + arrow;
}

const STRING_OR_COMMENT =
  /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|\/\*[^]*?\*\/|\/\/[^\r\n\u2028\u2029]*/g;

/** Something that is no plain literal. */
class NotPlain extends Error {}

/** Reads literals from a text and from what {@link blankText} made of it. */
class LiteralReader {
  readonly #text: string;
  readonly #code: string;
  #at = 0;

  constructor(text: string, code: string) {
    this.#text = text;
    this.#code = code;
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
      return ends(this.#peek()) && !this.#hidesSlash(start, this.#next()) ? literal : undefined;
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

  /** What was taken for the beginning of a regular expression may be a division. */
  #hidesSlash(start: number, end: number): boolean {
    const blank = (part: string) => " ".repeat(part.length);
    const text = this.#text.slice(start, end).replace(STRING_OR_COMMENT, blank);
    for (let i = 0; i < text.length; i++) {
      if (text[i] === "/" && this.#code[start + i] !== "/") return true;
    }
    return false;
  }

  #literal(): Literal {
    const open = this.#peek();
    if (open === "{") return this.#record();
    if (open === "[") return this.#list();
    throw new NotPlain();
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
    const name = /[A-Za-z_$][\w$]*/y;
    if (this.#peek() === ":") {
      const quoted = /^(["'])([A-Za-z_$][\w$]*)\1$/.exec(this.#skipped());
      if (quoted?.[2] === undefined) throw new NotPlain();
      this.#at = this.#next();
      return quoted[2];
    }
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
