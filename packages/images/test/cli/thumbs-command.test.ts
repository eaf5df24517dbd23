import { type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { swath } from "../../../swath/test/cli/run-swath.ts";
import { jpeg, picture, ScratchFolder } from "../made-images.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

const thumbs = (args: readonly string[], cwd = scratch.path) =>
  swath(["images", "thumbs", ...args], { cwd });

beforeAll(async () => {
  for (let i = 0; i < 6; i++) scratch.write(`photos/a/${i}.jpg`, await jpeg(700, 500, i));
  scratch.write("photos/b/x.png", await picture(90, 120).png().toBuffer());
  scratch.write("broken/0.jpg", await jpeg(700, 500));
  scratch.write("broken/1.jpg", "no image");
});

describe("swath images thumbs", () => {
  test("makes thumbnails of a pattern, and says how many", async () => {
    const { code, stdout } = await thumbs(["photos/**/*.jpg", "--size", "128", "--out", "one"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^6 written in \d+\.\d s\n$/);
    expect(readdirSync(scratch.file("one/a")).toSorted()).toEqual(
      [0, 1, 2, 3, 4, 5].map((i) => `${i}.jpg`),
    );
    const again = await thumbs(["photos/**/*.jpg", "-s", "128", "-o", "one"]);
    expect(again.stdout).toMatch(/^0 written, 6 there already in/);
  });

  test("--json prints one document with exactly these fields", async () => {
    const args = [
      "photos",
      "--size",
      "64x32",
      "--fit",
      "cover",
      "--out",
      "two",
      "--format",
      "webp",
    ];
    const { code, stdout, stderr } = await thumbs([
      ...args,
      "--json",
      "--workers",
      "1",
      "--progress",
      "none",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const document = JSON.parse(stdout);
    expect(Object.keys(document)).toEqual([
      "schema",
      "written",
      "skipped",
      "failed",
      "files",
      "report",
    ]);
    expect(document).toMatchObject({
      schema: "swath.images.thumbs/1",
      written: 7,
      skipped: 0,
      failed: 0,
    });
    expect(document.report.schema).toBe("swath.report/1");
    expect(Object.keys(document.files[0])).toEqual([
      "input",
      "output",
      "status",
      "width",
      "height",
      "bytes",
    ]);
    for (const { output } of document.files) {
      expect(await sharp(output).metadata()).toMatchObject({
        format: "webp",
        width: 64,
        height: 32,
      });
    }
  });

  test("names each file that failed, does the others, and exits with 1", async () => {
    const { code, stdout, stderr } = await thumbs([
      "broken",
      "nowhere.jpg",
      "-s",
      "50",
      "-o",
      "three",
      "--progress=none",
      "--report=none",
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^1 written, 2 failed in/);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^swath: Cannot read ".*broken\/1\.jpg": it is no image/),
      expect.stringMatching(/^swath: Cannot read ".*nowhere\.jpg": there is no such file$/),
    ]);
    const json = await thumbs(["broken", "-s", "50", "-o", "four", "--json"]);
    expect(json.code).toBe(1);
    const [, failed] = JSON.parse(json.stdout).files;
    expect(failed).toMatchObject({ status: "failed", error: { code: "SWATH_IMAGE_FILE" } });
  });

  test("-q prints nothing of what went well", async () => {
    expect(await thumbs(["photos", "-s", "50", "-o", "five", "-q"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  test("--progress json tells on stderr how far it is", async () => {
    const args = ["photos", "-s", "50", "-o", "six", "--progress", "json", "--workers", "1"];
    const { code, stderr } = await thumbs([...args, "--report=none"]);
    expect(code).toBe(0);
    for (const line of stderr.trim().split("\n").filter(Boolean)) {
      expect(JSON.parse(line)).toMatchObject({ schema: "swath.progress/1", total: 7 });
    }
  });

  test.each([
    [["photos"], /--size/],
    [["photos", "-s", "50"], /--out/],
    [["-s", "50", "-o", "x"], /missing required argument 'files'/],
    [["photos", "-s", "big", "-o", "x"], /`--size`.*as 128 or 320x200.*big/],
    [["photos", "-s", "0", "-o", "x"], /`size`/],
    [["photos", "-s", "50", "-o", "x", "--format", "bmp"], /`format`/],
    [["photos", "-s", "50", "-o", "x", "--existing", "maybe"], /`existing`/],
    [["photos", "-s", "50", "-o", "x", "--progress", "loud"], /--progress/],
    [["photos/*.gif", "-s", "50", "-o", "x"], /photos\/\*\.gif/],
    [["photos", "-s", "50", "-o", "x", "--sise", "3"], /unknown option '--sise'/],
  ])("%j: exit 2, nothing written", async (args, message) => {
    const { code, stdout, stderr } = await thumbs(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(existsSync(scratch.file("x"))).toBe(false);
  });

  test("a folder that cannot be written into: exit 1, one line", async () => {
    scratch.write("a-file", "");
    const { code, stdout, stderr } = await thumbs(["photos", "-s", "50", "-o", "a-file/deeper"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^swath: Cannot write ".*a-file.*": .*not a folder.*\n$/);
  });
});

describe("a run that is interrupted", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s: exit %i, no half file, and the next run goes on", async (signal, expected) => {
    const cwd = scratch.file(`run-${signal}`);
    mkdirSync(cwd);
    const large = await jpeg(2400, 1800, 7);
    for (let i = 0; i < 60; i++) scratch.write(`run-${signal}/in/${i}.jpg`, large);
    let child: ChildProcess | undefined;
    const args = ["images", "thumbs", "in", "-s", "1000", "-o", "out"];
    const running = swath(args, { cwd, started: (started) => (child = started) as never });
    const out = join(cwd, "out");
    const isBegun = () => existsSync(out) && readdirSync(out).some((name) => name.endsWith(".jpg"));
    await expect.poll(isBegun, { timeout: 10_000, interval: 5 }).toBe(true);
    child?.kill(signal);
    const { code, stdout } = await running;
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    const names = readdirSync(out);
    expect(names.filter((name) => !name.endsWith(".jpg"))).toEqual([]);
    expect(names.length).toBeLessThan(60);
    for (const name of names) await sharp(join(out, name)).stats();
    const again = await thumbs(["in", "-s", "1000", "-o", "out"], cwd);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/there already/);
    expect(readdirSync(out)).toHaveLength(60);
  });
});
