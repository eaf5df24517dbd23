import { describe, expect, test } from "vitest";
import type { Parcel } from "../../src/protocol/parcel.ts";
import { lostWrite, type WriteKind } from "../../src/task/lost-writes.ts";

/** What is found in the text of a function that has captured the object `cfg`. */
function foundIn(text: string, kind: WriteKind): string | undefined {
  const fn = { kind: "function", text, captures: [["cfg", 1]], line: 1, url: "file:///x.js" };
  const parts = [fn, { kind: "object", names: [], values: [] }];
  return lostWrite({ root: 0, parts } as unknown as Parcel, kind)?.text;
}

describe.each(["lost", "any"] as const)("no write of the kind `%s`", (kind) => {
  test.each([
    "(x) => { if (Math.min(x, cfg.limit)) { const [a] = [1]; return a; } }",
    "(x) => { for (const y of g(x, cfg.list)) { const { a } = y; } }",
    "(x) => { const r = clamp(x, cfg.min, cfg.max)\nconst { a } = r\nreturn a }",
    "(x) => { const out = cfg\n  .map((w) => w + x)\n  .filter(Boolean);\nout.push(1); }",
    "(x) => { const out = cfg.make\n  ? cfg.make(x)\n  : []; out.push(1) }",
    "(x) => { let best = cfg[0]; best = { ...x }; best.seen = true }",
    "(x) => { out[cfg.i] = x }",
    "(x) => [cfg.a, cfg.b]",
    "(x) => ({ a: cfg.x, b: [cfg.y] === x })",
    "(x) => { const o = { a: cfg.x }\n y = 3 }",
    "(x) => { const a = [cfg.x];\n b = 4 }",
    "(x) => cfg.a == 1 || cfg.b >= 2",
  ])("%j", (text) => {
    expect(foundIn(text, kind)).toBeUndefined();
  });
});

test.each([
  ["(x) => cfg[keys[x]]++", "cfg[keys[x]]++ …"],
  ["(x) => { cfg[x.k[0]] += 1 }", "cfg[x.k[0]] += …"],
  ["(x) => ++cfg[keys[x]]", "++cfg[keys[x]] …"],
  ["(x) => { [b, cfg.a, c] = [x] }", "[b, cfg.a, c] = …"],
  ["(x) => { ({ a: cfg.z } = x) }", ": cfg.z } = …"],
  ["(x) => { const c = cfg.list\n c.push(1) }", "c.push(…)"],
  ["(x) => cfg?.a?.push(x)", "cfg?.a?.push(…)"],
  ["(x) => cfg.sort()", "cfg.sort(…)"],
])("a write: %j", (text, told) => {
  expect(foundIn(text, "any")).toBe(told);
});

test("long texts are read through once", () => {
  const many = "cfg.alpha.beta, ".repeat(20_000);
  const aliases = Array.from({ length: 5_000 }, (_, i) => `const a${i} = cfg.x;`).join("\n");
  const open = "cfg[a".repeat(20_000);
  for (const text of [`(x) => f([${many}])`, `(x) => { ${aliases} }`, `(x) => ${open}`]) {
    expect(foundIn(text, "any")).toBeUndefined();
  }
});
