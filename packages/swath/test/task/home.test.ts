import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { callingScript, fileUrl } from "../../src/task/calling-script.ts";
import { homeOf, registeringModules } from "../../src/task/home.ts";

const HERE = import.meta.url;

describe("the file that called a function", () => {
  test("is the caller's, not that of the caller's caller or of the function", () => {
    expect(fileUrl(asked())).toBe(fileUrl(HERE));
    function asked(): string | undefined {
      return callingScript(asked);
    }
  });

  test("is told even where the program has turned stacks off, which then stay off", () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      expect(new Error("none").stack).toBe("Error: none");
      expect(asked()).toBe(fileUrl(HERE));
      expect(Error.stackTraceLimit).toBe(0);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
    function asked(): string | undefined {
      return callingScript(asked);
    }
  });

  test("is looked for behind evaluated code, which has no file", () => {
    const evaluated = new Function("ask", "return ask()\n//# sourceURL=webpack-internal:///x.js");
    expect(evaluated(asked)).toBe(fileUrl(HERE));
    function asked(): string | undefined {
      return callingScript(asked);
    }
  });
});

test.each([
  ["/a/b c.js", "file:///a/b%20c.js"],
  ["file:///a/b.js?v=1", "file:///a/b.js"],
  ["node:internal/x", undefined],
  ["webpack-internal:///./x.js", undefined],
  ["evalmachine.<anonymous>", undefined],
  ["", undefined],
  [null, undefined],
])("%s is the file %s", (place, url) => {
  expect(fileUrl(place)).toBe(url);
});

describe("a worker finds what a module registered", () => {
  test("in the module, whatever query its loader has added", () => {
    expect(homeOf("file:///a.mjs", "file:///a.mjs")).toEqual({ url: "file:///a.mjs" });
    expect(homeOf("file:///a.ts?1", "file:///a.ts")).toEqual({ url: "file:///a.ts?1" });
    expect(homeOf("data:text/javascript,1", HERE)).toEqual({ url: "data:text/javascript,1" });
    expect(registeringModules({ url: "file:///a.mjs" })).toEqual(["file:///a.mjs"]);
  });

  test("in the file that runs, if the bundle has no `import.meta`", () => {
    expect(homeOf(undefined, "file:///out.cjs")).toEqual({ url: "file:///out.cjs" });
    expect(homeOf(undefined, undefined)).toBeUndefined();
  });

  test("in the file that runs, then in the module if it is still there, then in the program", () => {
    const folder = mkdtempSync(join(tmpdir(), "swath-home-"));
    const source = join(folder, "source.mjs");
    const entry = join(folder, "entry.mjs");
    const bundle = { script: "file:///out/chunk.mjs", entry: pathToFileURL(entry).href };
    const home = { url: pathToFileURL(source).href, bundle };
    try {
      expect(registeringModules(home)).toEqual([bundle.script]);
      writeFileSync(entry, "");
      expect(registeringModules(home)).toEqual([bundle.script, bundle.entry]);
      writeFileSync(source, "");
      expect(registeringModules(home)).toEqual([bundle.script, home.url, bundle.entry]);
      expect(registeringModules({ ...home, bundle: { ...bundle, script: bundle.entry } })).toEqual([
        bundle.entry,
        home.url,
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
