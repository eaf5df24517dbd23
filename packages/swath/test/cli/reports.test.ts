import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { reportRequest } from "../../src/cli/report-request.ts";
import { ScriptFolder } from "./made-scripts.ts";
import { type Ran, type RunOptions, shell, swath } from "./run-swath.ts";

const SCRIPTS = fileURLToPath(new URL("../fixtures/run/", import.meta.url));
const SQUARES = join(SCRIPTS, "squares.mjs");
const folder = mkdtempSync(join(tmpdir(), "swath-reports-"));
afterAll(() => rmSync(folder, { recursive: true }));
let folders = 0;

/** A folder of its own, for each run to leave its files in. */
function newFolder(): string {
  const path = join(folder, String(folders++));
  mkdirSync(path);
  return path;
}

function run(cwd: string, flags: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return swath(["run", SQUARES, "9", "--workers=1", "--progress=none", ...flags], {
    ...options,
    cwd,
  });
}

describe("--report", () => {
  test.each([
    ["html", [{ kind: "html", path: undefined }], true],
    ["none,json:-", [{ kind: "json", path: "-" }], false],
    [
      "md:a.md, trace:b.json",
      [
        { kind: "md", path: "a.md" },
        { kind: "trace", path: "b.json" },
      ],
      true,
    ],
    ["html:C:\\r\\a.html", [{ kind: "html", path: "C:\\r\\a.html" }], true],
    ["out/r.html,r.trace.json,r.JSON,none", ["html", "trace", "json"], false],
    ["text", [], true],
  ] as const)("reads %j", (list, files, text) => {
    const request = reportRequest(list);
    expect(request.text).toBe(text);
    expect(request.files).toEqual(
      files.map((file) =>
        typeof file === "string" ? expect.objectContaining({ kind: file }) : file,
      ),
    );
  });

  test.each(["pdf", "html:", "", "json,,md", "r.pdf"])("refuses %j", (list) => {
    expect(() => reportRequest(list)).toThrow(/`--report` to be html, json, md or trace/);
  });

  test("writes all kinds into a folder of the run's own, and keeps that out of Git", async () => {
    const cwd = newFolder();
    const { code, stderr } = await run(cwd, ["--report=html,json,md,trace"]);
    expect(code).toBe(0);
    const last = join(cwd, ".swath/runs/last");
    const files = ["report.html", "report.json", "report.md", "report.trace.json"];
    expect(readdirSync(last).toSorted()).toEqual(files.toSorted());
    for (const file of files)
      expect(stderr).toMatch(new RegExp(`^wrote .swath/runs/.*${file}$`, "m"));
    const read = (name: string) => readFileSync(join(last, name), "utf8");
    const record = JSON.parse(read("report.json"));
    expect(record).toMatchObject({ schema: "swath.report/1", task: "square", items: 9 });
    expect(record.verdict).toEqual(expect.any(String));
    expect(read("report.html")).toMatch(/<title>swath: square<\/title>/);
    expect(read("report.md")).toMatch(/^### swath: square\n\n9 items in /);
    expect(JSON.parse(read("report.trace.json")).traceEvents.length).toBeGreaterThan(2);
    expect(readFileSync(join(cwd, ".swath/.gitignore"), "utf8")).toBe("*\n");
  });

  test("never overwrites: of a file that exists, and for a second loop, the name gets a number", async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, "r.json"), "mine");
    const script = [
      join(SCRIPTS, "two-jobs.mjs"),
      "5",
      "--progress=none",
      "--report=none,json:r.json",
    ];
    expect(await swath(["run", ...script], { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(cwd, "r.json"), "utf8")).toBe("mine");
    const task = (name: string) => JSON.parse(readFileSync(join(cwd, name), "utf8")).task as string;
    expect([task("r-2.json"), task("r-3.json")]).toEqual(["first", "second"]);
  });

  test("a path that cannot be written is a warning, and the report is put beside the others", async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, "file"), "");
    const { code, stdout, stderr } = await run(cwd, ["--report=json:file/r.json"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "9 64 \n" });
    expect(stderr).toMatch(/^swath: Cannot write the report: E.*file/m);
    expect(existsSync(join(cwd, ".swath/runs/last/report.json"))).toBe(true);
  });

  test("nothing is left under the name of a report that cannot be written whole", async () => {
    const cwd = newFolder();
    const line = `ulimit -f 1; $SWATH run ${SQUARES} 9 --workers=1 --report=html:r.html`;
    const { code, stdout, stderr } = await shell(line, { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "9 64 \n" });
    expect(stderr).toMatch(/^swath: Cannot write the report: EFBIG/m);
    const files = readdirSync(cwd, { recursive: true, withFileTypes: true });
    const names = files.filter((file) => file.isFile()).map(({ name }) => name);
    expect(names).toEqual([".gitignore"]);
  });

  test("paths are those of the shell, wherever the script goes", async () => {
    using scripts = new ScriptFolder({
      "away.mjs": `
        import { map, range } from "swath";
        process.chdir("away");
        await map(range(9), (i) => i);`,
    });
    mkdirSync(scripts.file("away"));
    const flags = ["--workers=1", "--progress=none", "--report=json:out/r.json,md"];
    const { code, stderr } = await swath(["run", ...flags, "away.mjs"], { cwd: scripts.path });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^wrote out\/r\.json$/m);
    expect(stderr).toMatch(/^wrote \.swath\/runs\/.*report\.md$/m);
    expect(existsSync(scripts.file("out/r.json"))).toBe(true);
    expect(existsSync(scripts.file(".swath/runs/last/report.md"))).toBe(true);
  });

  test("a script without a loop: that there is no report is said", async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, "plain.mjs"), `console.log("plain");`);
    const ran = await swath(["run", "plain.mjs", "--report=none,json:r.json"], { cwd });
    expect(ran).toMatchObject({ code: 0, stdout: "plain\n" });
    expect(ran.stderr).toMatch(/^swath: There is no report: the script ran no loop/m);
  });

  test("where nothing can be written at all, the run ends as it would have", async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, ".swath"), "in the way");
    const { code, stdout, stderr } = await run(cwd, ["--report=html,json:.swath/r.json"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "9 64 \n" });
    expect(stderr).toMatch(/^swath: Cannot write the report \(html\): /m);
    expect(stderr).toMatch(/^swath: Cannot write the report \(json\): /m);
    const failing = ["run", join(SCRIPTS, "fails.mjs"), "job", "--report=json:.swath/r.json"];
    expect((await swath(failing, { cwd })).code).toBe(1);
  });

  test("in GitHub Actions the Markdown is added to the step's summary, whatever is printed", async () => {
    const cwd = newFolder();
    const summary = join(cwd, "summary.md");
    writeFileSync(summary, "before\n");
    const env = { GITHUB_STEP_SUMMARY: summary };
    await run(cwd, ["-q"], { env });
    await run(cwd, [], { env });
    const text = readFileSync(summary, "utf8");
    expect(text).toMatch(/^before\n### swath: square\n[^]*### swath: square\n/);
    await run(cwd, ["--report=none"], { env });
    expect(readFileSync(summary, "utf8")).toBe(text);
    writeFileSync(summary, "x".repeat(999_990));
    for (let i = 0; i < 2; i++) await run(cwd, ["-q"], { env });
    const end = "\nThe summaries of further loops have no room here.\n";
    expect(readFileSync(summary, "utf8").slice(999_990)).toBe(end);
    const broken = await run(cwd, [], { env: { GITHUB_STEP_SUMMARY: cwd } });
    expect(broken.code).toBe(0);
    expect(broken.stderr).toMatch(/^swath: Cannot add to the step's summary: /m);
  });
});

describe("what is printed", () => {
  const flags = ["run", SQUARES, "400", "--workers=1", "--chunk=1", "--schedule=dynamic"];
  // oxlint-disable-next-line no-control-regex -- what only terminals should get
  const CODES = /[\r\u001b]/;

  /** The same in a terminal of so many columns; all output comes on stdout. */
  function inTerminal(
    columns: number,
    env: Readonly<Record<string, string>>,
    more = "",
  ): Promise<Ran> {
    const command = `stty cols ${columns}; $SWATH ${flags.join(" ")} ${more}`;
    return shell(`script -qec '${command}' /dev/null`, { cwd: newFolder(), env });
  }

  const hasScript = existsSync("/usr/bin/script") && process.platform === "linux";
  const inTty = test.skipIf(!hasScript);

  test("stdout has the script's output only; a pipe gets lines without codes, CI too", async () => {
    for (const env of [{}, { CI: "true" }]) {
      const { stdout, stderr } = await swath(flags, { cwd: newFolder(), env });
      expect(stdout).toBe("400 159201 \n");
      expect(stderr).toMatch(/^square \d+ %, /m);
      expect(stderr).not.toMatch(CODES);
    }
  });

  inTty("a terminal gets a bar and colours; CI's and a dumb one lines and no bar", async () => {
    const bar = await inTerminal(100, { TERM: "xterm", LANG: "C.UTF-8" });
    expect(bar.stdout).toContain("\r\u001b[2Ksquare █");
    expect(bar.stdout).toContain("\u001b[1msquare: 400 items");
    const ci = await inTerminal(100, { TERM: "xterm", CI: "1" });
    expect(ci.stdout).toMatch(/^square \d+ %, /m);
    expect(ci.stdout).not.toContain("\u001b[2K");
    const dumb = await inTerminal(100, { TERM: "dumb" });
    expect(dumb.stdout).not.toContain("\u001b");
  });

  inTty("fits a narrow terminal", async () => {
    const { stdout } = await inTerminal(40, { TERM: "xterm", NO_COLOR: "1" }, "--progress=none");
    const lines = stdout.split("\r\n");
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  });

  inTty("is ASCII where the locale or the console knows no more, the bar too", async () => {
    for (const env of [{ LC_ALL: "C" }, { TERM: "linux" }]) {
      const { stdout } = await inTerminal(100, { TERM: "xterm", NO_COLOR: "1", ...env });
      expect(stdout).toMatch(/square [#.]{28}/);
      // oxlint-disable-next-line no-control-regex -- all of ASCII
      expect(stdout).toMatch(/^[\u0000-\u007f]*$/);
    }
  });

  const wins: readonly (readonly [string, string, Readonly<Record<string, string>>, boolean])[] = [
    ["a pipe", "", {}, false],
    ["FORCE_COLOR", "", { FORCE_COLOR: "1" }, true],
    ["FORCE_COLOR over NO_COLOR", "", { FORCE_COLOR: "", NO_COLOR: "1" }, true],
    ["--color=never over FORCE_COLOR", "--color=never", { FORCE_COLOR: "1" }, false],
    ["--color=always over NO_COLOR", "--color=always", { NO_COLOR: "1" }, true],
  ];
  test.each(wins)("colours: %s", async (_, flag, env, isColoured) => {
    const { stderr } = await run(newFolder(), flag === "" ? [] : [flag], { env });
    expect(stderr.includes("\u001b[")).toBe(isColoured);
  });

  inTty("colours: NO_COLOR in a terminal, unless it is empty", async () => {
    const off = await inTerminal(100, { TERM: "xterm", NO_COLOR: "1" }, "--progress=none");
    expect(off.stdout).not.toContain("\u001b[1msquare");
    const on = await inTerminal(100, { TERM: "xterm", NO_COLOR: "" }, "--progress=none");
    expect(on.stdout).toContain("\u001b[1msquare");
  });

  test("ends quietly, and with 0, when nobody reads the script's output or the report", async () => {
    const env = { cwd: newFolder() };
    const line = `$SWATH run ${SQUARES} 50 --workers 1 --report none,json:-`;
    expect(await shell(`${line} 2>&1 >/dev/null | true`, env)).toMatchObject({
      code: 0,
      stderr: "",
    });
  });
});
