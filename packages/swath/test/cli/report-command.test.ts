import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ScriptFolder } from "./made-scripts.ts";
import { type Ran, shell, swath } from "./run-swath.ts";

const scripts = new ScriptFolder({
  "squares.mjs": `
    import { map, range } from "swath";
    await map(range(100), function square(i) { return i * i; });`,
});
afterAll(() => scripts[Symbol.dispose]());

function report(...args: readonly string[]): Promise<Ran> {
  return swath(["report", ...args], { cwd: scripts.path });
}

beforeAll(async () => {
  for (const name of ["a", "b"]) {
    const flags = ["--report", `none,json:${name}.json`, "--workers", name === "a" ? "1" : "2"];
    await swath(["run", "squares.mjs", ...flags], { cwd: scripts.path });
  }
  const [a, b] = ["a", "b"].map((name) =>
    readFileSync(scripts.file(`${name}.json`), "utf8").trim(),
  );
  symlinkSync("b.json", scripts.file("link.json"));
  mkdirSync(scripts.file("run"));
  writeFileSync(scripts.file("run/report.json"), a ?? "");
  writeFileSync(scripts.file("both.jsonl"), `${a}\n${b}\n`);
  writeFileSync(scripts.file("kit.json"), `{"schema":"swath.raster.stats/1","report":${a}}`);
  writeFileSync(scripts.file("newer.json"), '{"schema":"swath.report/2"}');
  writeFileSync(scripts.file("other.json"), '{"name":"x"}');
  writeFileSync(scripts.file("cut.json"), a?.slice(0, 100) ?? "");
  const evil = "\u001b[2J<script>alert(1)</script>";
  const hostile = { schema: "swath.report/1", task: evil, wall: "soon", buckets: { [evil]: 1 } };
  writeFileSync(scripts.file("hostile.json"), JSON.stringify(hostile));
});

describe("swath report", () => {
  test("opens a report as text", async () => {
    const { code, stdout, stderr } = await report("a.json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/100 items in/);
    expect(stdout).toContain("useful work");
  });

  test.each([
    ["html", /^<!doctype html>/i],
    ["md", /^### swath: square/],
    ["json", /^\{.*"schema":"swath.report\/1"/],
    ["trace", /^\{.*"traceEvents"/],
  ])("converts it to %s, on stdout and into a file", async (form, beginning) => {
    const { code, stdout } = await report("a.json", "--to", form);
    expect(code).toBe(0);
    expect(stdout).toMatch(beginning);
    const file = await report("a.json", "--to", form, "-o", `out.${form}`);
    expect(file).toEqual({ code: 0, stdout: "", stderr: `wrote out.${form}\n` });
    expect(readFileSync(scripts.file(`out.${form}`), "utf8")).toMatch(beginning);
  });

  test("--overwrite replaces a file, through a link too", async () => {
    const content = readFileSync(scripts.file("a.json"), "utf8");
    for (const name of ["old.json", "old-2.json"]) writeFileSync(scripts.file(name), "old");
    symlinkSync("old-2.json", scripts.file("old-link.json"));
    for (const name of ["old.json", "old-link.json"]) {
      const { code } = await report("a.json", "--json", "-o", name, "--overwrite");
      expect(code).toBe(0);
    }
    for (const name of ["old.json", "old-2.json"]) {
      expect(readFileSync(scripts.file(name), "utf8")).toBe(content);
    }
  });

  test("a file that cannot be written: exit 1, and none is left", async () => {
    mkdirSync(scripts.file("limited"));
    const line = `ulimit -f 1; $SWATH report ../a.json --to html -o x.html`;
    const { code, stdout, stderr } = await shell(line, { cwd: scripts.file("limited") });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^swath: Cannot write x\.html: EFBIG/);
    expect(readdirSync(scripts.file("limited"))).toEqual([]);
  });

  test("opens the report within what a kit printed, and each of several in a file", async () => {
    expect((await report("kit.json")).stdout).toMatch(/100 items in/);
    expect((await report("both.jsonl")).stdout.match(/100 items in/g)).toHaveLength(2);
    const second = await report("both.jsonl", "--loop", "2", "--json");
    expect(JSON.parse(second.stdout)).toMatchObject({ workers: 2 });
  });

  test("compares two, figure by figure", async () => {
    const { code, stdout } = await report("a.json", "b.json");
    expect(code).toBe(0);
    expect(stdout).toMatch(/B was \d.* times as (fast|slow) as A|B took as long as A/);
    expect(stdout).toMatch(/^workers +1 +2 +2\.00 ×$/m);
    expect(stdout).not.toContain("Not the same loop");
    const { figures } = JSON.parse((await report("a.json", "b.json", "--json")).stdout);
    expect(figures).toContainEqual({ figure: "workers", a: 1, b: 2, ratio: 2 });
  });

  test("a hostile record is shown inert, also beside another", async () => {
    for (const args of [["hostile.json"], ["a.json", "hostile.json"]]) {
      const { code, stdout } = await report(...args);
      expect(code).toBe(0);
      expect(stdout).not.toContain("\u001b");
    }
    const page = await report("a.json", "hostile.json", "--to", "html");
    expect(page.stdout).not.toContain("<script");
  });

  test.each([
    [["missing.json"], 1, /there is no such file/],
    [["newer.json"], 1, /got "swath.report\/2". It was written by a newer version/],
    [["other.json"], 1, /expected the schema "swath.report\/1", got none/],
    [["cut.json"], 1, /it is no JSON/],
    [["both.jsonl", "--to", "html"], 2, /Expected `--loop` to be from 1 to 2/],
    [["a.json", "--loop", "3"], 2, /Expected `--loop` to be from 1 to 1/],
    [["a.json", "b.json", "--to", "trace"], 2, /text, html, md or json for two reports/],
    [["a.json", "-o", "no/where.txt"], 2, /a path in a folder that exists/],
    [["a.json", "-o", "b.json"], 2, /a file that does not exist yet.*Add --overwrite/],
    [["a.json", "-o", "./a.json", "--overwrite"], 2, /another file than the input/],
    [["a.json", "b.json", "-o", "link.json", "--overwrite"], 2, /another file than the input/],
    [["run", "-o", "run/report.json", "--overwrite"], 2, /another file than the input/],
  ] as const)("%j: exit %i and why", async (args, expected, message) => {
    const { code, stdout, stderr } = await report(...args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(stderr).toMatch(message);
  });
});
