import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { publishNew } from "../src/publish-new.ts";

const { links } = vi.hoisted(() => ({ links: { there: true } }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  const linkSync: typeof fs.linkSync = (from, to) => {
    if (!links.there) throw Object.assign(new Error("no links here"), { code: "EPERM" });
    fs.linkSync(from, to);
  };
  return { ...fs, linkSync };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "swath-publish-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each([true, false])("a whole file, where there are hard links: %s", (there) => {
  beforeEach(() => {
    links.there = there;
    writeFileSync(join(folder, "temporary"), "whole");
  });
  const publish = () => publishNew(join(folder, "temporary"), join(folder, "file"));

  test("gets its name", () => {
    publish();
    expect(readdirSync(folder)).toEqual(["file"]);
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("whole");
  });

  test("does not get a name that is taken", () => {
    writeFileSync(join(folder, "file"), "precious");
    expect(publish).toThrow(expect.objectContaining({ code: "EEXIST" }));
    expect(readFileSync(join(folder, "file"), "utf8")).toBe("precious");
    expect(readdirSync(folder).toSorted()).toEqual(["file", "temporary"]);
  });

  test("that is not there leaves nothing under the name", () => {
    rmSync(join(folder, "temporary"));
    expect(publish).toThrow(expect.objectContaining({ code: "ENOENT" }));
    expect(readdirSync(folder)).toEqual([]);
  });
});
