import { describe, expect, test } from "vitest";
import { blankText } from "../../src/task/source-text.ts";

describe("blanking what is no code", () => {
  test.each([
    ["a // b\nc", "a     \nc"],
    ["a /* b\n */ c", "a     \n    c"],
    ["f('x', \"y\")", "f(   ,    )"],
    ["'it\\'s' + a", "        + a"],
    ["`a${b}c`", "` ${b} `"],
    ["`a${`b${c}`}d`", "` ${` ${c}`} `"],
    ["`${{ a: 1 }.a}}`", "`${{ a: 1 }.a} `"],
    ["`\\`${a}\\${b}`", "`  ${a}     `"],
    ["x = /a'b/g; y", "x =       ; y"],
    ["x = a / b / c", "x = a / b / c"],
    ["(a) / b / c", "(a) / b / c"],
    ["a[0] / b / c", "a[0] / b / c"],
    ["if (a) /'/.test(b)", "if (a)    .test(b)"],
    ["return /'/.test(b)", "return    .test(b)"],
    ["a.return / b / c", "a.return / b / c"],
    ["x => /[/']/.test(x)", "x =>       .test(x)"],
    ["x = { a: 1 } / 2 / 3", "x = { a: 1 } / 2 / 3"],
    ["{ a } /'/.test(b)", "{ a }    .test(b)"],
    ["i++ / 2 / 'a'", "i++ / 2 /    "],
    ["1 / 2 // 'a", "1 / 2      "],
    ["1. / b / c", "1. / b / c"],
    ["[...typeof /'/.x]", "[...typeof    .x]"],
    ["break\n/'/.test(a)", "break\n   .test(a)"],
    ["for await (a of b) /'/.test(a)", "for await (a of b)    .test(a)"],
    ["this.#if(a) / b / c", "this.#if(a) / b / c"],
  ])("%s", (text, code) => {
    expect(blankText(text)).toBe(code);
  });

  test("a bundle of megabytes takes as long as its length says", () => {
    const line = "const f = (x) => { return x.replace(/['/]/g, `${y}`) / 2; }; // it's\n";
    const text = line.repeat(50_000);
    expect(blankText(text)).toBe(blankText(line).repeat(50_000));
  });
});
