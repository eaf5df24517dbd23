import { runInThisContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Literal } from "../../src/protocol/literal.ts";
import { literalResult } from "../../src/task/literal-result.ts";

type Any = (x: never) => unknown;

/** A function from its text, as it is in a file. */
function functionOf(text: string): Any {
  return runInThisContext(`(${text}\n)`) as Any;
}

/** As text: `{a,b:[*,*]}`, `*` for what is not known. */
function shown(literal: Literal | undefined): string {
  if (literal === undefined) return "*";
  if (literal.kind === "list") return `[${literal.items.map(shown).join()}]`;
  const fields = literal.keys.map((key, i) => `${key}:${shown(literal.fields[i])}`);
  return `{${fields.join()}}`;
}

/** Whether a result is what was proved; one that is missing is always. */
function holds(literal: Literal | undefined, value: unknown, isRow = false): boolean {
  if (literal === undefined || (isRow && value === undefined)) return true;
  if (typeof value !== "object" || value === null) return false;
  if (literal.kind === "list") {
    const isList = Array.isArray(value) && value.length === literal.items.length;
    return isList && literal.items.every((item, i) => holds(item, value[i]));
  }
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain || Reflect.ownKeys(value).join() !== literal.keys.join()) return false;
  return literal.keys.every((key, i) => {
    const own = Object.getOwnPropertyDescriptor(value, key);
    return own !== undefined && "value" in own && holds(literal.fields[i], own.value);
  });
}

describe("is known of a function that returns nothing but literals", () => {
  test.each([
    ["(x) => ({ a: x, b: [x, x + 1] })", "{a:*,b:[*,*]}"],
    ["x => [x, { b: x, }, ]", "[*,{b:*}]"],
    ["(x) => (([\n x,\n [ ] ,\n]))", "[*,[]]"],
    ["function f(x) { const y = x / 2; return { x, y }; }", "{x:*,y:*}"],
    ["function f(x) { if (x) return { a: 1 };\n return { a: { b: x } } }", "{a:*}"],
    [
      "function f(x) { if (x > 2) { return { a: { b: x } }; } return { a: { b: 0 } }; }",
      "{a:{b:*}}",
    ],
    [
      'function f(x) { return { "type": "Point", \'at\': [x, "}"], ok: `${[x]}]` }; }',
      "{type:*,at:[*,*],ok:*}",
    ],
    ["({ run(x) { return { a: x }; } }).run", "{a:*}"],
    [
      "(x) => ({ f: ((y) => y + 1)(x), g: Math.max(x, [x][0]), h: x ? { a: 1 } : 2 })",
      "{f:*,g:*,h:*}",
    ],
    ["(x) => ({ a: { ...{ x } }, b: { get c() { return { a: 1 }; } } })", "{a:*,b:*}"],
    ["(x) => ({ a: [x].concat(x), b: { x }.x, c: [x, ...[x]] })", "{a:*,b:*,c:*}"],
    ["function f(x) { [1].map(() => { return { a: 1 }; }); return { a: x }; }", "{a:*}"],
    ["(x) => { return { a: x /* and so on */ }; }", "{a:*}"],
    ["π => ({ a: π })", "{a:*}"],
  ])("%s", (text, expected) => {
    const fn = functionOf(text);
    expect(shown(literalResult(fn))).toBe(expected);
    for (const x of [0, 1, 2, 3]) expect(holds(literalResult(fn), fn(x as never))).toBe(true);
  });
});

describe("nothing is known of a function that", () => {
  test.each([
    ["returns something else somewhere", "(x) => { if (x) return x; return { a: x }; }"],
    ["returns a variable", "(x) => { const a = { a: x }; a.b = 1; return a; }"],
    ["returns what a literal is a part of", "(x) => ({ a: x }).a"],
    ["returns what a literal is a part of, on the next line", "(x) => { return { a: [x] }\n.a }"],
    ["calls a method of it", "(x) => { return [x].concat(x); }"],
    ["divides it", "(x) => { return [x] / 2; }"],
    ["chooses", "(x) => x ? { a: x } : { b: x }"],
    ["returns the last of several", "(x) => ({ a: x }, { b: x, c: 1 })"],
    ["returns one of various literals", "(x) => { if (x) return { a: x }; return { b: x }; }"],
    ["returns lists that differ in length", "(x) => { if (x) return [x]; return [x, x]; }"],
    [
      "returns the same keys in another order",
      "(x) => { if (x) return { a: x, b: x }; return { b: x, a: x }; }",
    ],
    ["spreads", "(x) => ({ ...{ b: 1 }, a: x })"],
    ["spreads a list", "(x) => [...[x, x]]"],
    ["computes a key", '(x) => ({ ["b"]: x })'],
    ["has a key that is a number", "(x) => ({ a: x, 1: x })"],
    ["has a key that is a number in quotes", '(x) => ({ a: x, "1": x })'],
    ["has a key twice", "(x) => ({ a: x, b: x, a: x })"],
    ["sets a prototype", "(x) => ({ __proto__: { b: x }, a: x })"],
    ["has a getter", "(x) => ({ get a() { return x; } })"],
    ["has a method", "(x) => ({ a() { return [x]; } })"],
    ["takes a character of a string", '(x) => { return "abc" [1]; }'],
    [
      "returns nothing, and a literal on the next line",
      "(x) => { if (x) return\n{ a: x }\n; return 1 }",
    ],
    ["is asynchronous", "async (x) => ({ a: x })"],
    ["is an asynchronous method", "({ async run(x) { return { a: x }; } }).run"],
    ["is a generator", "function* f(x) { return { a: x }; }"],
    ["is a generator method", "({ *run(x) { return { a: x }; } }).run"],
    ["is native", "Math.max"],
    ["is bound", "((x) => ({ a: x })).bind(null)"],
    ["calls another that returns a literal", "π => [π].map(() => { return { a: π }; })[0]"],
    ["calls one by a name with an escape", "\\u0061 => [1].map(() => { return { a: 1 }; })[0]"],
    [
      "has a number before a slash, and a quote",
      "(x) => ({ a: `it's`, b: 1. / x } && x || { a: 1, b: 1 / 2, c: \"'\" })",
    ],
    [
      "has a word that may begin an expression before a slash",
      "(of) => ({ a: `'`, b: of / 2 } && of || { a: 1, b: 1 / 2, c: \"'\" })",
    ],
    ["has a key that makes a promise of it", "(x) => ({ a: x, then: x })"],
    [
      "has a regular expression after an operator",
      "(x) => ({ a: x, b: ++/'/.lastIndex, c: \"', d: 1 }) //\" })",
    ],
    [
      "has one after an operator in its parameters",
      "(x, y = ++/'/.lastIndex, z = \"') => ({ a: 1 }) //\") => 5",
    ],
    [
      "has one after a block",
      "(x) => ({ a: (() => { if (x) {} else {}\n/'/.test(x) }), b: \"'}, c: 1 }) //\" })",
    ],
    ["has one after a spread word", "(x) => ({ a: [...typeof /'/.x], b: \"'], c: 1 }) //\" })"],
    ["might say a comment as HTML does", "(x) => { return { a: x <!-- , b: 1\n, c: 2 }; }"],
    ["returns nothing", "(x) => { void x; }"],
    ["says return in a comment: it might be code", "(x) => { // return it\n return { a: x }; }"],
    ["has a regular expression in it: it might be a division", "(x) => ({ a: /x/.test(x) })"],
  ])("%s", (_, text) => {
    expect(literalResult(functionOf(text))).toBeUndefined();
  });
});

/** Literals as text, written in every way that comes to mind. */
const { literal } = fc.letrec<{ literal: string; value: string; key: string; gap: string }>(
  (tie) => ({
    gap: fc.constantFrom("", "", " ", "\n", "/* } */", "// ]\n"),
    key: fc.constantFrom("a", "b", "$c", '"d"', "'e'", "get", "async", '"f g"', "1", "__proto__"),
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(
        "x",
        "x + 1",
        '"s,t]"',
        "`${[x]}}`",
        "(x, 2)",
        "x / 2 / 3",
        "/[/]/g",
        "() => ({ a: 1 })",
        "[x][0]",
        "{ a: x }.a",
        "null",
        "function () { return [x]; }",
        "x ? [1] : { a: 1 }",
        "-x",
        "!{}",
      ),
      { weight: 2, arbitrary: tie("literal") },
    ),
    literal: fc.oneof(
      fc
        .array(fc.tuple(tie("key"), tie("gap"), tie("value"), tie("gap")), { maxLength: 4 })
        .chain((fields) =>
          fc.constantFrom("", ",").map((end) => {
            const all = fields.map(([key, a, value, b]) => `${a}${key}${b}:${a}${value}${b}`);
            return `{${all.join()}${all.length > 0 ? end : ""}}`;
          }),
        ),
      fc.array(fc.tuple(tie("gap"), tie("value"), tie("gap")), { maxLength: 4 }).chain((items) =>
        fc.constantFrom("", ",", ", ...[x, x]").map((end) => {
          const all = items.map((parts) => parts.join(""));
          return `[${all.join()}${all.length > 0 ? end : ""}]`;
        }),
      ),
    ),
  }),
);

test("what is known is true", () => {
  let known = 0;
  const ways: readonly ((text: string, other: string) => string)[] = [
    (text) => `(x) => (${text})`,
    (text) => `function f(x) { return ${text}; }`,
    (text, other) => `function f(x) { if (x > 1) return ${text}\n;\n else { return (${other}) } }`,
    (text, other) => `(x) => { const y = () => { return ${other}; }; return ${text}; }`,
  ];
  fc.assert(
    fc.property(literal, literal, fc.constantFrom(...ways), (text, other, write) => {
      // It may not say this twice.
      fc.pre(!/__proto__.*__proto__/s.test(text + other));
      const fn = functionOf(write(text, other));
      const proof = literalResult(fn);
      if (proof !== undefined) known++;
      for (const x of [0, 1, 2, 3]) expect(holds(proof, fn(x as never), true)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
  expect(known).toBeGreaterThan(300);
});
