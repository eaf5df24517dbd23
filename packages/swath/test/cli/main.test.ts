import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { MAIN, shell, swath } from "./run-swath.ts";

const folder = mkdtempSync(join(tmpdir(), "swath-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("swath", () => {
  test("--version tells the version of the package", async () => {
    const { version } = createRequire(import.meta.url)("../../package.json") as {
      version: string;
    };
    expect(await swath(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("help goes to stdout, and knows the commands of a kit", async () => {
    for (const args of [["--help"], ["help"]]) {
      const { code, stdout, stderr } = await swath(args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/raster +read, classify and write GeoTIFF rasters/);
    }
    for (const args of [
      ["help", "raster"],
      ["raster", "--help"],
    ]) {
      const { code, stdout } = await swath(args);
      expect(code).toBe(0);
      expect(stdout).toMatch(/classify \[options\] <file>/);
    }
  });

  test("the help of a command lists no flag that it refuses", async () => {
    for (const args of [["run"], ["raster", "stats"]]) {
      const { stdout } = await swath([...args, "--help"]);
      expect(stdout).not.toMatch(/-V|--version|Global/);
    }
    expect((await swath(["--help"])).stdout).toMatch(/-V, --version/);
  });

  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /^Usage: swath/],
    [["raster"], /^Usage: swath raster/],
    [["rasta"], /unknown command 'rasta'\n\(Did you mean raster\?\)/],
    [["raster", "clasify"], /unknown command 'clasify'\n\(Did you mean classify\?\)/],
    [["--nope"], /unknown option '--nope'/],
    [["help", "rasta"], /unknown command 'rasta'\n\(Did you mean raster\?\)/],
    [["run", ""], /Expected `<script>` to be a path, got `""` \(string\)\. It is empty/],
    [["run", "a.mjs", "--journal", ""], /Expected `--journal` to be a path, .* empty/],
    [["report", "a.json", "-o", ""], /Expected `--output` to be a path, .* empty/],
    [["raster", "stats", ""], /Expected `<file>` to be a path, .* empty/],
    [["raster", "classify", "a.tif", "-o", ""], /Expected `--output` to be a path, .* empty/],
    [["images", "thumbs", "", "-s", "9", "-o", "a"], /Expected `<files>` to be a path, .* empty/],
    [["images", "thumbs", "a", "-s", "9", "-o", ""], /Expected `--out` to be a path, .* empty/],
  ];
  test.each(wrong)(
    "%j: exit 2, nothing on stdout, what is wrong on stderr",
    async (args, message) => {
      const { code, stdout, stderr } = await swath(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(message);
    },
  );

  test("ends quietly when nobody reads its output to the end", async () => {
    const { code, stderr } = await shell("$SWATH raster classify --help | head -1");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const none = await shell("$SWATH help raster | true");
    expect(none).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test.skipIf(process.platform !== "linux")(
    `says so when its output cannot be written${process.platform === "linux" ? "" : " (skipped: there is no /dev/full)"}`,
    async () => {
      const { code, stderr } = await shell("$SWATH --version > /dev/full");
      expect(code).toBe(1);
      expect(stderr).toMatch(/^swath: Cannot write the result to stdout: ENOSPC.*\n$/);
    },
  );
});

describe("swath without the raster kit", () => {
  const installed = join(folder, "node_modules", "swath");
  const main = join(installed, "dist", "cli", "main.js");

  test("works, and says how to get the kit when it is asked for", async () => {
    mkdirSync(installed, { recursive: true });
    const own = dirname(dirname(dirname(MAIN)));
    cpSync(join(own, "dist"), join(installed, "dist"), { recursive: true });
    cpSync(join(own, "package.json"), join(installed, "package.json"));
    const commander = createRequire(MAIN).resolve("commander");
    symlinkSync(dirname(commander), join(folder, "node_modules", "commander"));

    expect(await swath(["--version"], { main })).toMatchObject({ code: 0, stderr: "" });
    const { code, stdout, stderr } = await swath(["raster", "info", "a.tif"], { main });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("npm install @swath/raster");
    expect(stderr.trim().split("\n")).toHaveLength(1);
    const images = await swath(["images", "thumbs", "a.jpg"], { main });
    expect(images).toMatchObject({ code: 2, stdout: "" });
    expect(images.stderr).toMatch(/^swath: .*npm install @swath\/images\n$/);
  });

  test("does not hide what is wrong with a kit that is there", async () => {
    const kit = join(folder, "node_modules", "@swath", "raster");
    mkdirSync(kit, { recursive: true });
    writeFileSync(
      join(kit, "package.json"),
      JSON.stringify({ name: "@swath/raster", type: "module", exports: { "./cli": "./cli.js" } }),
    );
    writeFileSync(join(kit, "cli.js"), 'import "a-package-that-is-missing";');
    const { code, stderr } = await swath(["raster", "info", "a.tif"], { main });
    expect(code).toBe(1);
    expect(stderr).toContain("a-package-that-is-missing");
    expect(stderr).not.toContain("npm install");
  });
});
