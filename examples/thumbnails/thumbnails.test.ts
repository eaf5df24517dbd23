import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "swath-thumbnails-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The code of a program, without the comment that begins it. */
function code(name: string): readonly string[] {
  const text = readFileSync(new URL(name, import.meta.url), "utf8");
  return text.slice(text.indexOf("*/") + 3).split("\n");
}

test("the parallel program is the serial one but for three lines", () => {
  const serial = code("serial.ts");
  const parallel = code("parallel.ts");
  const changed = [
    ...parallel.filter((line) => !serial.includes(line)),
    ...serial.filter((line) => !parallel.includes(line)),
  ];
  expect(changed).toEqual([
    'import { map } from "swath";',
    "const thumbnails = await map(files, makeThumbnail);",
    "const thumbnails: string[] = [];",
    "for (const file of files) thumbnails.push(await makeThumbnail(file));",
  ]);
  // One line came, and two became one.
  expect(serial.length - parallel.length).toBe(0);
});

test("both make the same thumbnails, and name them in the order of the files", async () => {
  const files = Array.from({ length: 9 }, (_, i) => join(folder, `${9 - i}.jpg`));
  for (const [i, file] of files.entries()) {
    const background = { r: 20 * i, g: 99, b: 200 - 20 * i };
    await sharp({ create: { width: 400 - 30 * i, height: 300, channels: 3, background } }).toFile(
      file,
    );
  }
  const [serial, parallel] = ["serial", "parallel"].map((name) => {
    const cwd = join(folder, name);
    mkdirSync(cwd);
    const program = fileURLToPath(new URL(`../dist/thumbnails/${name}.js`, import.meta.url));
    const printed = execFileSync(process.execPath, [program, ...files], { cwd, encoding: "utf8" });
    const made = readdirSync(join(cwd, "thumbs")).map((thumb) =>
      readFileSync(join(cwd, "thumbs", thumb), "base64"),
    );
    return { printed, made };
  });
  expect(parallel).toEqual(serial);
  const lines = serial?.printed.trim().split("\n") ?? [];
  expect(lines.map((line) => line.split(": ")[0])).toEqual(files);
});
