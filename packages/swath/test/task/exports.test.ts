import { describe, expect, test } from "vitest";
import { exportName } from "../../src/task/exports.ts";
import { importOf } from "../../src/task/imports.ts";

let scripts = 0;

function script(text: string, isModule = true) {
  return { id: `test ${scripts++}`, url: "file:///a.mjs", text, sourceMapUrl: undefined, isModule };
}

/** The name under which the function that begins at `|` is exported. */
function nameAt(marked: string): string | undefined {
  const start = marked.indexOf("|");
  return exportName(script(marked.replace("|", "")), () => {}, start);
}

describe("the name of an export", () => {
  test.each([
    ["export |function f() {}", "f"],
    ["export |async function f() {}", "f"],
    ["export const f = |(x) => x;", "f"],
    ["export default |(x) => x;", "default"],
    ["export default |function f() {}", "default"],
    ["|function f() {}\nexport { f };", "f"],
    ["|function f() {}\nexport { a, f as g };", "g"],
    ["const f = |async () => 1;\nexport { f as default };", "default"],
    ["|function f() {}\nexport default f;", "default"],
    ['const f=/* @__PURE__ */__name(|x=>x,"f");export{f};', "f"],
    ["export |class A {}", "A"],
    ["// it's\nexport const f = |() => 1;", "f"],
  ])("%s: %s", (marked, name) => {
    expect(nameAt(marked)).toBe(name);
  });

  test.each([
    ["|function f() {}"],
    ["// export { f }\n|function f() {}"],
    ["const s = 'export { f }';\n|function f() {}"],
    ["|function f() {}\nexport { f } from './other.js';"],
    ["export const f = memo(|(x) => x);"],
    ["export const f = { g: |(x) => x };"],
    ["export let f = |(x) => x;"],
    ["function outer() {\n|function f() {}\n}\nfunction f() {}\nexport { f };"],
    ["function outer() { const f = |() => 1; }\nconst f = 2;\nexport { f };"],
  ])("%s: none", (marked) => {
    expect(nameAt(marked)).toBe(undefined);
  });
});

describe("where a variable is imported from", () => {
  const text = [
    'import whole, { a, b as c } from "./x.mjs";',
    "import * as all from './y.mjs';",
    'import{d}from"z";',
    '// import { e } from "./no.mjs";',
  ].join("\n");

  test.each([
    ["whole", { specifier: "./x.mjs", name: "default" }],
    ["a", { specifier: "./x.mjs", name: "a" }],
    ["c", { specifier: "./x.mjs", name: "b" }],
    ["all", { specifier: "./y.mjs", name: "*" }],
    ["d", { specifier: "z", name: "d" }],
    ["e", undefined],
  ])("%s", (variable, binding) => {
    expect(importOf(script(text), variable)).toEqual(binding);
  });
});
