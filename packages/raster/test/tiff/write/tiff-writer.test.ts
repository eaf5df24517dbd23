import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseCreationOptions } from "../../../src/tiff/write/creation-options.ts";
import { encodeBlock } from "../../../src/tiff/write/encode-block.ts";
import { planTiffOutput, type TiffOutput } from "../../../src/tiff/write/plan.ts";
import { PositionedBlocks } from "../../../src/tiff/write/positioned-blocks.ts";
import { TiffWriter, type TiffWriterOptions } from "../../../src/tiff/write/tiff-writer.ts";
import { cutBlock, generator, sampleBands, writeBands } from "./sample-raster.ts";
import { readTinyTiff } from "./tiny-tiff.ts";

const root = mkdtempSync(join(tmpdir(), "swath-writer-"));
afterAll(() => rmSync(root, { recursive: true }));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(root, "t-"));
});

function plan(path: string, output: Partial<TiffOutput> = {}, ...creation: string[]) {
  return planTiffOutput({
    path,
    width: 300,
    height: 200,
    dtype: "uint8",
    ...output,
    creation: parseCreationOptions(creation),
  });
}

/** Writes a file of 300 x 200 pixels, and gives the error's message. */
async function failureOf(path: string, ...creation: string[]): Promise<string> {
  const output = plan(path, {}, ...creation);
  const failure: unknown = await writeBands(output, sampleBands("uint8", 300, 200)).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: "SWATH_RASTER_WRITE", path });
  return (failure as Error).message;
}

describe("TiffWriter", () => {
  it("shows the file under its name only when it is complete", async () => {
    const path = join(folder, "a.tif");
    const output = plan(path);
    const writer = TiffWriter.open(output);
    for (let i = 0; i < output.blockCount; i++) {
      expect(existsSync(path)).toBe(false);
      writer.append(i, encodeBlock(output, new Uint8Array(output.blockBytes)));
    }
    await writer.close();
    writer[Symbol.dispose]();
    expect(readdirSync(folder)).toEqual(["a.tif"]);
    expect(writer.byteLength).toBe(readFileSync(path).length);
  });

  it("writes the same bytes on every run", async () => {
    for (const name of ["a.tif", "b.tif"]) {
      await writeBands(plan(join(folder, name)), sampleBands("uint8", 300, 200));
    }
    expect(readFileSync(join(folder, "a.tif"))).toEqual(readFileSync(join(folder, "b.tif")));
  });

  it("leaves nothing after abort, disposal, or a close that comes too early", async () => {
    const path = join(folder, "a.tif");
    const block = encodeBlock(plan(path), new Uint8Array(65_536));
    TiffWriter.open(plan(path)).abort();
    {
      using writer = TiffWriter.open(plan(path));
      writer.append(0, block);
    }
    const early = TiffWriter.open(plan(path));
    early.append(0, block);
    await expect(early.close()).rejects.toThrow("1 of 2 blocks were given");
    expect(() => early.append(1, block)).toThrow("was aborted before");
    await expect(early.close()).rejects.toThrow("was aborted before");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves nothing when it is aborted while it closes", async () => {
    const output = plan(join(folder, "a.tif"), { height: 100, width: 100 });
    const writer = TiffWriter.open(output);
    writer.append(0, encodeBlock(output, new Uint8Array(output.blockBytes)));
    const closing = writer.close();
    writer.abort();
    await expect(closing).rejects.toThrow("aborted");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps the file that was there until the new one is complete", async () => {
    const path = join(folder, "a.tif");
    writeFileSync(path, "old");
    TiffWriter.open(plan(path)).abort();
    expect(readFileSync(path, "utf8")).toBe("old");
    await writeBands(plan(path), sampleBands("uint8", 300, 200));
    expect(readTinyTiff(path).bands).toHaveLength(1);
  });

  it("lets two runs write the same name without disturbing each other", async () => {
    const path = join(folder, "a.tif");
    const [first, second] = [TiffWriter.open(plan(path)), TiffWriter.open(plan(path))];
    expect(first.temporaryPath).not.toBe(second.temporaryPath);
    first.abort();
    second.abort();
  });

  it("does not replace a file that is there, or gets its name meanwhile, unless it may", async () => {
    const path = join(folder, "a.tif");
    const output = plan(path, { width: 100, height: 100 });
    const open = () => TiffWriter.open(output, { overwrite: false });
    const finish = (writer: TiffWriter) => {
      writer.append(0, encodeBlock(output, new Uint8Array(output.blockBytes)));
      return writer.close();
    };
    const [faster, slower] = [open(), open()];
    await finish(faster);
    const whole = readFileSync(path);
    const refused = expect.objectContaining({
      code: "SWATH_RASTER_WRITE",
      path,
      message: expect.stringContaining("a file of that name exists"),
    });
    await expect(finish(slower)).rejects.toThrow(refused);
    expect(open).toThrow(refused);
    expect(readFileSync(path).equals(whole)).toBe(true);
    expect(readdirSync(folder)).toEqual(["a.tif"]);
  });

  it("takes blocks in order only", async () => {
    using writer = TiffWriter.open(plan(join(folder, "a.tif")));
    expect(() => writer.append(1, Uint8Array.of(1))).toThrow("`blockIndex` to be 0, in order");
    expect(() => writer.append(0, new Uint8Array(0))).toThrow("SPARSE_OK=TRUE");
    writer.append(0, Uint8Array.of(1));
    expect(() => writer.append(0, Uint8Array.of(1))).toThrow("`blockIndex` to be 1, in order");
  });

  it("marks blocks that a sparse file leaves out", async () => {
    const path = join(folder, "a.tif");
    const pixels = new Uint8Array(300 * 200).map((_, i) => (i % 300 < 256 ? 9 : 4));
    await writeBands(plan(path, { nodata: 9 }, "SPARSE_OK=TRUE", "BLOCKXSIZE=256"), [pixels]);
    const { blockOffsets, blockByteCounts } = readTinyTiff(path);
    expect([blockOffsets[0], blockByteCounts[0]]).toEqual([4096, expect.any(Number)]);
    const whole = plan(
      join(folder, "b.tif"),
      { width: 256, height: 256, nodata: 9 },
      "SPARSE_OK=1",
    );
    await writeBands(whole, [new Uint8Array(65_536).fill(9)]);
    expect(readTinyTiff(whole.path)).toMatchObject({ blockOffsets: [0], blockByteCounts: [0] });
  });

  it("writes blocks larger than its buffer, between small ones", async () => {
    const output = plan(
      join(folder, "a.tif"),
      { width: 3000, height: 2200 },
      "TILED=NO",
      "COMPRESS=NONE",
      "BLOCKYSIZE=1000",
    );
    const random = generator(1);
    const pixels = new Uint8Array(3000 * 2200).map(random);
    using writer = TiffWriter.open(output);
    for (let i = 0; i < 3; i++) {
      writer.append(i, pixels.subarray(i * 3_000_000, (i + 1) * 3_000_000));
    }
    await writer.close();
    expect(readFileSync(output.path).subarray(output.dataStart).equals(pixels)).toBe(true);
  });

  it("takes a colour table at the end, in the place of the planned one", async () => {
    for (const colorTable of [[0xffffff, 0x112233], undefined]) {
      const output = plan(join(folder, "a.tif"), { width: 10, height: 10, colorTable });
      using writer = TiffWriter.open(output);
      writer.append(0, encodeBlock(output, new Uint8Array(output.blockBytes)));
      await writer.close({ colorTable: [0x010203] });
      const colors = readTinyTiff(output.path).entries.get(320)?.values;
      expect(colors?.slice(0, 2)).toEqual(colorTable && [257, 0]);
      expect(colors?.[256]).toBe(colorTable && 2 * 257);
    }
  });

  it("follows a symbolic link to the file that it stands for", async () => {
    writeFileSync(join(folder, "real.tif"), "old");
    symlinkSync("real.tif", join(folder, "link.tif"));
    await writeBands(plan(join(folder, "link.tif")), sampleBands("uint8", 300, 200));
    expect(readlinkSync(join(folder, "link.tif"))).toBe("real.tif");
    expect(readTinyTiff(join(folder, "real.tif")).bands).toHaveLength(1);
  });
});

describe.skipIf(process.platform === "win32")("a file that is replaced", () => {
  it.each([0o600, 0o664, 0o444])("keeps its permissions %o", async (mode) => {
    const path = join(folder, "a.tif");
    writeFileSync(path, "old");
    chmodSync(path, mode);
    const writer = TiffWriter.open(plan(path));
    expect(statSync(writer.temporaryPath).mode & 0o777 & ~mode & 0o177).toBe(0);
    writer.abort();
    await writeBands(plan(path), sampleBands("uint8", 300, 200));
    expect(statSync(path).mode & 0o777).toBe(mode);
  });
});

describe("a target that cannot be written", () => {
  it("is a link that leads nowhere: it says so", async () => {
    symlinkSync("missing/b.tif", join(folder, "link.tif"));
    expect(await failureOf(join(folder, "link.tif"))).toContain(
      'it is a symbolic link that leads nowhere, to "missing/b.tif"',
    );
    expect(readdirSync(folder)).toEqual(["link.tif"]);
  });

  it("is refused at once, with the reason and the way out", async () => {
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "file"), "");
    expect(await failureOf(join(folder, "sub"))).toContain("it is a folder. Name a file inside it");
    expect(await failureOf(join(folder, "no/a.tif"))).toMatch(/does not exist.*\(ENOENT\)/);
    expect(await failureOf(join(folder, "file/a.tif"))).toMatch(/is not a folder.*\(ENOTDIR\)/);
    expect(await failureOf(join(folder, "x".repeat(250)))).toContain("(ENAMETOOLONG)");
    expect(readdirSync(folder).toSorted()).toEqual(["file", "sub"]);
  });

  it.skipIf(!existsSync("/dev/null"))("is not a device: it would be replaced", async () => {
    expect(await failureOf("/dev/null")).toContain("not a regular file");
  });

  it.skipIf(!existsSync("/proc"))("is in a folder that takes no files", async () => {
    expect(await failureOf("/proc/a.tif")).toContain('no files can be made in "/proc"');
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(process.platform === "win32")("is a folder without permission", () => {
    const locked = join(folder, "locked");
    mkdirSync(locked, { mode: 0o555 });
    if (isRoot) process.seteuid?.(65_534); // root may write anywhere
    try {
      expect(() => TiffWriter.open(plan(join(locked, "a.tif")))).toThrow(/permission.*\(EACCES\)/);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});

/** A file system of 1 MiB; only root can make one. */
function tinyDisk(): string | undefined {
  const path = join(root, "disk");
  try {
    mkdirSync(path);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "ignore" });
    return path;
  } catch {
    return undefined;
  }
}

describe("a disk that is full", () => {
  let disk: string | undefined;
  beforeAll(() => {
    disk = tinyDisk();
  });
  afterAll(() => {
    if (disk !== undefined) execFileSync("umount", [disk]);
  });

  it("ends in one clear error, and nothing is left on it", async ({ skip }) => {
    if (disk === undefined) skip("skipped: making a small file system needs root");
    const folderOnDisk = disk ?? "";
    const size = { width: 2048, height: 2048 };
    const output = plan(join(folderOnDisk, "a.tif"), size, "COMPRESS=NONE");
    await expect(writeBands(output, sampleBands("uint8", 2048, 2048))).rejects.toThrow(
      /no space is left.*\(ENOSPC\)/,
    );
    const writer = TiffWriter.open(output, { blocks: "positioned" });
    const blocks = new PositionedBlocks(output, writer.temporaryPath);
    const pixels = new Uint8Array(output.blockBytes);
    const writeAll = () => {
      for (let i = 0; i < output.blockCount; i++) blocks.write(i, pixels);
    };
    expect(writeAll).toThrow(/no space is left.*\(ENOSPC\)/);
    blocks.close();
    writer.abort();
    expect(readdirSync(folderOnDisk)).toEqual([]);
  });
});

describe("PositionedBlocks", () => {
  const positioned: TiffWriterOptions = { blocks: "positioned" };

  it.each([
    ["TILED=YES"],
    ["TILED=NO", "BLOCKYSIZE=33"],
    ["ENDIANNESS=BIG", "BIGTIFF=YES"],
    ["INTERLEAVE=BAND"],
  ])(
    "gives the same file as appending, in any order and from several hands: %s",
    async (...creation) => {
      const image = { dtype: "int16" as const, width: 600, height: 500, bands: 2 };
      const bands = sampleBands("int16", 600, 500, 2);
      const appended = plan(join(folder, "a.tif"), image, "COMPRESS=NONE", ...creation);
      await writeBands(appended, bands);

      const output = plan(join(folder, "p.tif"), image, "COMPRESS=NONE", ...creation);
      using writer = TiffWriter.open(output, positioned);
      using one = new PositionedBlocks(output, writer.temporaryPath);
      using two = new PositionedBlocks(output, writer.temporaryPath);
      const random = generator(5);
      const order = Array.from({ length: output.blockCount }, (_, i) => i);
      for (const i of order.toSorted(() => (random() % 2) - 0.5)) {
        (i % 2 ? one : two).write(i, cutBlock(output, bands, i));
      }
      await writer.close();
      expect(readFileSync(output.path).equals(readFileSync(appended.path))).toBe(true);
      expect(readdirSync(folder).toSorted()).toEqual(["a.tif", "p.tif"]);
    },
  );

  it("needs a plan without compression", () => {
    expect(() => TiffWriter.open(plan(join(folder, "a.tif")), positioned)).toThrow("COMPRESS=NONE");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("takes whole blocks only, and says when it was closed", () => {
    const output = plan(join(folder, "a.tif"), {}, "COMPRESS=NONE");
    const writer = TiffWriter.open(output, positioned);
    const blocks = new PositionedBlocks(output, writer.temporaryPath);
    expect(() => blocks.write(0, new Uint8Array(1))).toThrow("the 65536 bytes of block 0");
    expect(() => writer.append(0, new Uint8Array(1))).toThrow("blocks are positioned");
    blocks.close();
    blocks.close();
    expect(() => blocks.write(0, new Uint8Array(65_536))).toThrow("closed");
    writer.abort();
  });
});
