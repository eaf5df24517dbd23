import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ran, shell, swath } from "../../../swath/test/cli/run-swath.ts";
import { makeRaster, ScratchFolder, writeRaster } from "../made-raster.ts";
import { naiveCounts, riskOf } from "../naive.ts";
import { readBand } from "../real-files.ts";
import { jsonOf } from "./json.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

const raster = makeRaster(
  { width: 300, height: 200, dtype: "int16", nodata: -1 },
  (row, col) => ((row * 31 + col * 17) % 600) - 1,
);
const counts = naiveCounts(raster.bands[0]!, -1, riskOf);
const MAPPING = "[-inf,0]=0; (0,150]=1; (150,400]=2; (400,inf]=3";
const RISK = `const classify = (v: number): number => v <= 0 ? 0 : v > 400 ? 3 : v > 150 ? 2 : 1;`;

let path: string;
beforeAll(async () => {
  path = await writeRaster(scratch.file("a.tif"), raster, ["BLOCKXSIZE=32", "BLOCKYSIZE=16"]);
  for (const [folder, type] of Object.entries({
    esm: "module",
    cjs: "commonjs",
    none: undefined,
  })) {
    mkdirSync(scratch.file(folder));
    writeFileSync(scratch.file(`${folder}/risk.ts`), `export ${RISK}\nexport const five = 5;\n`);
    if (type !== undefined) {
      writeFileSync(scratch.file(`${folder}/package.json`), JSON.stringify({ type }));
    }
  }
  const name = scratch.file("rule.txt");
  writeFileSync(name, `# risk\n${MAPPING.replaceAll("; ", "\n")}\nNO_DATA=NO_DATA\n`);
  const js = (text: string) => text.replace("(v: number): number", "(v)");
  writeFileSync(scratch.file("risk.mjs"), `export ${js(RISK)}\nexport default classify;\n`);
  writeFileSync(scratch.file("risk.cjs"), `${js(RISK)}\nexports.classify = classify;\n`);
  const loud = `import { isMainThread } from "node:worker_threads";\nif (!isMainThread) console.log("loaded");\n`;
  writeFileSync(scratch.file("loud.mjs"), `${loud}export ${js(RISK)}\n`);
  const prints = `const classify = (v) => { if (v === 7) console.log("printed"); return 1; };`;
  writeFileSync(scratch.file("prints.mjs"), `export ${prints}\n`);
  writeFileSync(scratch.file("broken.ts"), "export const classify = (v: number => 1;\n");
  writeFileSync(scratch.file("throws.mjs"), 'throw new Error("not at home");\n');
});

function classify(...args: readonly string[]): Promise<Ran> {
  return swath(["raster", "classify", path, ...args], { cwd: scratch.path });
}

describe("swath raster classify", () => {
  test("prints a line for each class, nodata and the sum", async () => {
    const { code, stdout, stderr } = await classify("--mapping", MAPPING, "-q");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const numbers = stdout.match(/^(class \d|nodata|pixels) +[\d,]+ +[\d.]+ %$/gm);
    expect(numbers).toHaveLength(6);
    expect(stdout).toMatch(
      new RegExp(`^class 1 +${counts.classes[1]!.toLocaleString("en")} `, "m"),
    );
    expect(stdout).toMatch(/^pixels +60,000 100.0 %$/m);
  });

  test("prints one JSON document with exactly these fields", async () => {
    const document = jsonOf(await classify("--breaks", "1,151,401", "--json"));
    const { report, ...rest } = document;
    expect(rest).toEqual({
      schema: "swath.raster.classify/1",
      width: 300,
      height: 200,
      pixels: 60_000,
      nodata: counts.nodata,
      classes: counts.classes,
      kernel: "threshold-simd",
    });
    expect(report.schema).toBe("swath.report/1");
  });

  test("with --json what a function prints goes to stderr", async () => {
    const flags = ["--fn", "loud.mjs#classify", "--json", "--workers", "1"];
    const { code, stdout, stderr } = await classify(...flags);
    expect(code).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(stderr).toContain("loaded\n");
  });

  test.each([
    ["in place", ["--workers", "0"], {}],
    ["in place first", [], { SWATH_INLINE: "auto" }],
  ] as const)(
    "with --json what a function prints goes to stderr, %s too",
    async (_, flags, env) => {
      const args = ["raster", "classify", path, "--fn", "prints.mjs#classify", "--json", ...flags];
      const { code, stdout, stderr } = await swath(args, { cwd: scratch.path, env });
      expect(code).toBe(0);
      expect(JSON.parse(stdout).pixels).toBe(60_000);
      expect(stderr).toContain("printed\n");
    },
  );

  const ways: Record<string, readonly string[]> = {
    "breaks, one of them negative": ["--breaks=-5,1,151,401"],
    "a mapping": ["-m", MAPPING],
    "a mapping from a file": ["-m", "@rule.txt"],
    "a TypeScript function, package of modules": ["--fn", "./esm/risk.ts#classify"],
    "a TypeScript function, CommonJS package": ["--fn", "cjs/risk.ts#classify"],
    "a TypeScript function, no package.json": ["--fn", "./none/risk.ts#classify"],
    "a function by its absolute path": ["--fn", `${scratch.file("risk.mjs")}#classify`],
    "a default export": ["--fn", "./risk.mjs#default"],
    "a CommonJS function": ["--fn", "risk.cjs#classify"],
    "a pure function": ["--fn", "risk.mjs#classify", "--pure"],
    "a function in place": ["--fn", "risk.mjs#classify", "--workers", "0"],
    "two workers and small chunks": ["-m", MAPPING, "--workers=2", "--chunk=1", "--schedule=steal"],
  };
  test.each(Object.keys(ways))("by %s", async (way) => {
    const { classes, nodata } = jsonOf(await classify(...ways[way]!, "--json"));
    const shift = way.startsWith("breaks") ? 1 : 0;
    const expected = Object.entries(counts.classes).map(([k, v]) => [Number(k) + shift, v]);
    expect({ nodata, classes: { ...classes, ...(shift ? { 0: 0 } : {}) } }).toEqual({
      nodata: counts.nodata,
      classes: { ...(shift ? { 0: 0 } : {}), ...Object.fromEntries(expected) },
    });
  });

  test("writes what it was asked for, and says so", async () => {
    const args = ["--breaks", "1,151,401", "-o", "out.tif", "--quicklook", "out.png"];
    const creation = ["--co", "TILED=NO", "--co", "COMPRESS=LZW"];
    const { code, stderr } = await classify(...args, ...creation);
    expect(code).toBe(0);
    expect(stderr).toContain("wrote out.tif\nwrote out.png\n");
    const classes = raster.bands[0]!.map((v) => (v === -1 ? 255 : riskOf(v)));
    expect([...(await readBand(scratch.file("out.tif")))]).toEqual([...classes]);
    expect(readFileSync(scratch.file("out.png")).toString("latin1", 1, 4)).toBe("PNG");

    const again = await classify(...args);
    expect(again).toMatchObject({ code: 2, stdout: "" });
    expect(again.stderr).toMatch(/`--output` .*"out.tif".*Add --overwrite to replace it\n$/);
    const picture = await classify("--breaks=1", "--quicklook", "out.png");
    expect(picture.code).toBe(2);
    const document = jsonOf(await classify(...args, "--overwrite", "--json"));
    expect(document).toMatchObject({ output: "out.tif", quicklook: "out.png" });
  });

  test("never replaces its input, whatever name that is given", async () => {
    const before = readFileSync(path);
    symlinkSync(path, scratch.file("link.tif"));
    for (const output of ["a.tif", "./cjs/../a.tif", "link.tif"]) {
      const ran = await classify("--breaks=1", "-o", output, "--overwrite");
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toMatch(/another file than the input/);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("-b takes the band", async () => {
    const two = makeRaster(
      { width: 9, height: 5, dtype: "uint8" },
      () => 1,
      () => 200,
    );
    const file = await writeRaster(scratch.file("two.tif"), two);
    const args = ["raster", "classify", file, "--breaks", "100", "--json", "-b", "2"];
    expect(jsonOf(await swath(args)).classes).toEqual({ 0: 0, 1: 45 });
  });

  test("ends quietly when nobody reads its output", async () => {
    const env = { FILE: path };
    const ran = await shell('$SWATH raster classify "$FILE" --breaks 1 -q | head -1', { env });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^class 0/);
  });

  test("finishes its work when nobody reads its progress", async () => {
    const env = { FILE: path };
    const line = '$SWATH raster classify "$FILE" --breaks 1 -o unseen.tif 2>&1 >/dev/null | true';
    expect(await shell(line, { env, cwd: scratch.path })).toMatchObject({ code: 0, stderr: "" });
    expect(await readBand(scratch.file("unseen.tif"))).toHaveLength(60_000);
  });
});

describe.concurrent("what the command line gets wrong is said in one line", () => {
  const usage: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /exactly one of --breaks, --mapping, --fn/],
    [["--breaks", "1", "-m", "1=1"], /exactly one of .*"--breaks and --mapping"/],
    [["--breaks", "1,x"], /`--breaks` to be numbers .*"1,x"/],
    [["--breaks", "1", "--pure"], /`pure` to be absent without `fn`/],
    [["-m", "[1,2=3"], /line 1, column 5/],
    [["-m", "@missing.txt"], /a file that can be read after @.*missing.txt/],
    [["--fn", "risk.mjs"], /a module and an export, as .\/risk.ts#classify/],
    [["--fn", "missing.ts#classify"], /the path of a module that exists.*missing.ts/],
    [["--fn", "./esm#classify"], /the path of a module that exists/],
    [["--breaks", "1", "--workers", "-1"], /--workers <n>.*Expected a whole number/],
    [["--breaks", "1", "--chunk", "0"], /`chunk` to be an integer from 1 up/],
    [["--breaks", "1", "-b", "x"], /--band <n>.*Expected a whole number/],
    [["--breaks", "1", "-b", "2"], /`band` to be an integer from 1 to 1/],
    [["--breaks", "1", "--co", "COMPRESS=LZW"], /`creation` to be absent without `output`/],
    [["--breaks", "1", "-o", "x.tif", "--co", "COMPRES=LZW"], /creation option.*"COMPRES"/],
    [["--breaks", "1", "-o", "x.png", "--quicklook", "x.png"], /another file than `output`/],
    [["--breaks", "1", "-o", "x.tif", "--journal", "x.tif"], /another file than `output`/],
    [["--breaks", "1", "extra.tif"], /too many arguments/],
    [["--breaks", "1", "--outptu", "x.tif"], /unknown option '--outptu'/],
  ];
  test.each(usage)("%j: exit 2", async (args, message) => {
    const { code, stdout, stderr } = await classify(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n +at /);
  });

  const failures: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [["-m", "[0,300]=1"], /row 0, column 18: the mapping has no range for its value 305/],
    [["--fn", "./esm/risk.ts#clasify"], /named `clasify` .*\(functions there: classify\)/],
    [["--fn", "./esm/risk.ts#five"], /named `five`/],
    [["--fn", "broken.ts#classify"], /broken\.ts|SyntaxError/],
    [["--fn", "throws.mjs#classify"], /not at home/],
    [["--breaks", "1", "-o", "no/x.tif"], /the folder ".*no" does not exist. Create it first/],
    [["--breaks", "1", "--quicklook", "no/x.png"], /the folder ".*no" does not exist/],
    [["--breaks", "1", "-o", "a.tif/x.tif"], /"a.tif|a.tif" is not a folder/],
  ];
  test.each(failures)("%j: exit 1", async (args, message) => {
    const { code, stdout, stderr } = await classify(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^swath: /);
  });

  const inputs: Record<string, (folder: string) => readonly [string, RegExp]> = {
    missing: (f) => [join(f, "missing.tif"), /no such file/],
    "a folder": (f) => [f, /it is a directory/],
    "no TIFF": (f) => [join(f, "rule.txt"), /it is not a TIFF/],
    "cut off": (f) => [join(f, "cut.tif"), /truncated/],
  };
  beforeAll(() => {
    writeFileSync(scratch.file("cut.tif"), readFileSync(path).subarray(0, 30_000));
  });

  test.each(Object.keys(inputs))("an input that is %s: exit 1", async (name) => {
    const [file, message] = inputs[name]!(scratch.path);
    for (const args of [["classify", "--breaks", "1"], ["stats"]]) {
      const { code, stdout, stderr } = await swath(["raster", args[0]!, file, ...args.slice(1)]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    }
  });
});

test("no failure left a file behind", () => {
  const left = readdirSync(scratch.path).filter((name) => /^x\.|\.tmp$/.test(name));
  expect(left).toEqual([]);
});
