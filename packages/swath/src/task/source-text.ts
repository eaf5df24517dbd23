/** Words after which a slash begins a regular expression. */
const BEFORE_REGEX =
  /(?:^|[^\w$.#]|\.\.\.)(?:return|typeof|instanceof|in|of|new|delete|void|throw|case|do|else|await|yield|break|continue|debugger|extends)$/;
/** Signs that end a value; among them the point of a number. */
const ENDS_VALUE = /(?:\+\+|--|(?:^|[^\w$.])\d[\d_]*\.)$/;
/** What may end a value, or come before one: a slash after it is taken for a division. */
const MAY_END_VALUE = /(?:\}|\+\+|--)$/;
/** Words whose parentheses are followed by a statement, not by a division. */
const HEADS = /(?:^|[^\w$.#])(?:if|while|for(?: await)?|with)$/;

/**
 * JavaScript with everything blanked that is no code: comments, strings, regular expressions
 * and the text of templates. Of the same length and lines, so that places stay true; the code
 * in a template's `${…}` stays.
 */
export function blankText(text: string): string {
  return scanText(text).code;
}

/** {@link blankText}, and where slashes are that might be read otherwise. */
export function scanText(text: string): ScannedText {
  const scanner = new Scanner(text);
  return { code: scanner.run(), unsure: scanner.unsure };
}

interface ScannedText {
  readonly code: string;
  /** Where regular expressions begin, which may be divisions; and the other way round. */
  readonly unsure: readonly number[];
}

/** Index of the bracket that closes the one at `open`. */
export function closing(code: string, open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    const char = code[i] as string;
    if ("([{".includes(char)) depth++;
    else if (")]}".includes(char) && --depth === 0) return i;
  }
  return code.length;
}

/** Where the parameters of a function's text stand. */
export function partsOf(
  code: string,
): { open: number; close: number; isGenerator: boolean } | undefined {
  const name = /^(?:async\b\s*)?(?:\*\s*)?\[/.exec(code)?.[0].length;
  const open = code.indexOf("(", name === undefined ? 0 : closing(code, name - 1));
  if (open < 0) return undefined;
  const isGenerator = /^(?:async\s*)?(?:function\s*)?\*/.test(code);
  return { open, close: closing(code, open), isGenerator };
}

/** Characters of code that are kept to look back on: longer than any keyword. */
const TAIL_LENGTH = 40;

/** What is open, from the outside in. */
type Open =
  | { readonly kind: "(" | "["; readonly isHead: boolean }
  /** `isValue` for an object literal or a function's body in an expression. */
  | { readonly kind: "{"; readonly isValue: boolean }
  | { readonly kind: "`" };

/** Goes through a text once. Whether a slash divides is told by what stands before it. */
class Scanner {
  readonly unsure: number[] = [];
  readonly #text: string;
  readonly #open: Open[] = [];
  /** What the text became, in pieces: asking one long string for its end would copy it. */
  readonly #code: string[] = [];
  /** The last code before here, enough to know a keyword by. */
  #tail = "";
  /** What stands between it and here. */
  #gap = "";
  /** Text up to here is in `#code`. */
  #at = 0;
  /** Whether a value ends here, so that a slash would divide it. */
  #endsValue = false;

  constructor(text: string) {
    this.#text = text;
  }

  run(): string {
    while (this.#at < this.#text.length) this.#step();
    return this.#code.join("");
  }

  #step(): void {
    const char = this.#text[this.#at] as string;
    if (char === "/") return this.#slash();
    if (char === '"' || char === "'") return this.#string(char);
    if (char === "`") {
      this.#open.push({ kind: "`" });
      this.#keep(1);
      return this.#template();
    }
    if (char === "(" || char === "[" || char === "{") return this.#opens(char);
    if (char === ")" || char === "]" || char === "}") return this.#closes();
    this.#plain(char);
  }

  /** A run of code without brackets, quotes and slashes. */
  #plain(char: string): void {
    const run = /[^/"'`()[\]{}]+/y;
    run.lastIndex = this.#at;
    const code = run.exec(this.#text)?.[0] ?? char;
    this.#keep(code.length);
    const last = code.trimEnd().at(-1);
    if (last === undefined) return;
    if (/[\w$\u0080-\uffff]/.test(last)) this.#endsValue = !BEFORE_REGEX.test(this.#tail);
    else this.#endsValue = ENDS_VALUE.test(this.#tail);
  }

  #slash(): void {
    const next = this.#text[this.#at + 1];
    if (next === "/") return this.#blank(this.#until(/[\r\n\u2028\u2029]|$/g, 2));
    if (next === "*") return this.#blank(this.#until(/\*\//g, 2) + 2);
    if (this.#endsValue) {
      if (MAY_END_VALUE.test(this.#tail)) this.unsure.push(this.#at);
      this.#endsValue = false;
      return this.#keep(1);
    }
    const regex = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
    regex.lastIndex = this.#at;
    const literal = regex.exec(this.#text)?.[0];
    this.#endsValue = literal !== undefined;
    if (literal === undefined) return this.#keep(1);
    this.unsure.push(this.#at);
    this.#blank(literal.length);
  }

  #string(quote: string): void {
    const string = quote === '"' ? /"(?:\\[^]|[^"\\])*"?/y : /'(?:\\[^]|[^'\\])*'?/y;
    string.lastIndex = this.#at;
    this.#blank(string.exec(this.#text)?.[0].length ?? 1);
    this.#endsValue = true;
  }

  /** The text of a template up to its end or its next `${`. */
  #template(): void {
    const quasi = /(?:\\[^]|\$(?!\{)|[^`\\$])*/y;
    quasi.lastIndex = this.#at;
    this.#blank(quasi.exec(this.#text)?.[0].length ?? 0);
    if (this.#text[this.#at] === "`") {
      this.#open.pop();
      this.#endsValue = true;
      return this.#keep(1);
    }
    this.#open.push({ kind: "{", isValue: true });
    this.#endsValue = false;
    this.#keep(2);
  }

  #opens(char: "(" | "[" | "{"): void {
    if (char === "{") {
      // After a value or an arrow comes a block; after an operator an object.
      const tail = this.#tail;
      const isValue = /[=(,:?[&|!+\-*~^<>]$/.test(tail) && !tail.endsWith("=>");
      this.#open.push({ kind: "{", isValue: isValue || BEFORE_REGEX.test(tail) });
    } else {
      this.#open.push({ kind: char, isHead: char === "(" && HEADS.test(this.#tail) });
    }
    this.#endsValue = false;
    this.#keep(1);
  }

  #closes(): void {
    const opened = this.#open.pop();
    this.#keep(1);
    if (opened?.kind === "{") this.#endsValue = opened.isValue;
    else this.#endsValue = !(opened?.kind === "(" && opened.isHead);
    if (opened?.kind === "{" && this.#open.at(-1)?.kind === "`") this.#template();
  }

  #until(end: RegExp, skip: number): number {
    end.lastIndex = this.#at + skip;
    return (end.exec(this.#text)?.index ?? this.#text.length) - this.#at;
  }

  #keep(length: number): void {
    const kept = this.#text.slice(this.#at, this.#at + length);
    this.#code.push(kept);
    const end = kept.trimEnd();
    if (end !== "") this.#tail = `${this.#tail}${this.#gap}${end}`.slice(-TAIL_LENGTH);
    this.#gap = end === kept ? "" : " ";
    this.#at += length;
  }

  #blank(length: number): void {
    const gone = this.#text.slice(this.#at, this.#at + length);
    this.#code.push(gone.replace(/[^\r\n\u2028\u2029]/g, " "));
    this.#gap = " ";
    this.#at += length;
  }
}
