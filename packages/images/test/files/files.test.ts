import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { outputName } from "../../src/files/image-names.ts";
import { listFiles } from "../../src/files/list-files.ts";
import { writeWhole } from "../../src/files/output-file.ts";
import { outputPaths } from "../../src/files/output-paths.ts";
import { ScratchFolder } from "../made-images.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());
beforeAll(() => {
  for (const name of [
    "p/b/2.jpg",
    "p/b/10.JPG",
    "p/a/1.jpg",
    "p/a/x [1].png",
    "p/readme.md",
    "q/3.jpg",
  ]) {
    scratch.write(name, "x");
  }
});
const at = (...names: readonly string[]) => names.map((name) => scratch.file(name));

describe("files that are listed", () => {
  test("of a folder: images by their endings, sorted, below the folder", async () => {
    const { paths, base } = await listFiles(scratch.file("p"));
    expect(paths).toEqual(at("p/a/1.jpg", "p/a/x [1].png", "p/b/10.JPG", "p/b/2.jpg"));
    expect(base).toBe(scratch.file("p"));
  });

  test("of a pattern: what it matches, below the folder that it begins with", async () => {
    const { paths, base } = await listFiles(scratch.file("p/**/*.jpg"));
    expect(paths).toEqual(at("p/a/1.jpg", "p/b/2.jpg"));
    expect(base).toBe(scratch.file("p"));
  });

  test("of a path: itself, even with the letters of patterns, even if it is not there", async () => {
    const paths = at("p/a/x [1].png", "p/none.jpg");
    expect(await listFiles(paths)).toEqual({ paths, base: scratch.file("p") });
  });

  test("in the order of the arguments, below what they have in common", async () => {
    const { paths, base } = await listFiles([scratch.file("q"), scratch.file("p/b/2.jpg")]);
    expect({ paths, base }).toEqual({ paths: at("q/3.jpg", "p/b/2.jpg"), base: scratch.path });
  });

  test("are none of the folder that is written to", async () => {
    const { paths } = await listFiles(scratch.file("p"), { except: scratch.file("p/a") });
    expect(paths).toEqual(at("p/b/10.JPG", "p/b/2.jpg"));
  });
});

describe("a file that is written", () => {
  const write = (name: string, overwrite: boolean) =>
    writeWhole(scratch.file(name), Buffer.from("new"), { token: "t", overwrite });

  test("appears whole, in the place of another or not", () => {
    scratch.write("w/old.jpg", "old");
    write("w/old.jpg", true);
    write("w/none.jpg", false);
    for (const name of ["old", "none"]) {
      expect(readFileSync(scratch.file(`w/${name}.jpg`), "utf8")).toBe("new");
    }
    expect(readdirSync(scratch.file("w"))).toEqual(["none.jpg", "old.jpg"]);
  });

  test("does not replace one that has got its name, unless it may", () => {
    scratch.write("x/1.jpg", "precious");
    expect(() => write("x/1.jpg", false)).toThrow(/it exists\. Replace it with/);
    expect(readFileSync(scratch.file("x/1.jpg"), "utf8")).toBe("precious");
    expect(readdirSync(scratch.file("x"))).toEqual(["1.jpg"]);
  });
});

describe("names of outputs", () => {
  test.each([
    ["a.jpg", "same", "a.jpg"],
    ["a.JPEG", "jpeg", "a.JPEG"],
    ["a.png", "jpeg", "a.jpg"],
    ["a.b.tif", "same", "a.b.jpg"],
    ["a", "webp", "a.webp"],
    ["a.avif", "same", "a.avif"],
  ] as const)("%s as %s: %s", (name, format, expected) => {
    expect(outputName(name, format).name).toBe(expected);
  });

  test("keep the folders below the base", () => {
    const listed = { paths: at("p/a/1.jpg", "p/b/2.jpg"), base: scratch.path };
    const outputs = outputPaths(listed, join(scratch.path, "out"), "same").map(
      ({ output }) => output,
    );
    expect(outputs).toEqual(at("out/p/a/1.jpg", "out/p/b/2.jpg"));
  });
});
