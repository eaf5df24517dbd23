import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { getuid } from "node:process";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ThumbnailsOptions, thumbnails } from "../dist/index.js";
import { absenceOf, jpeg, picture, realFile, ScratchFolder } from "./made-images.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

let outs = 0;
const newOut = () => scratch.file(`out-${outs++}`);

async function thumbs(files: string | readonly string[], options: Partial<ThumbnailsOptions> = {}) {
  return thumbnails(files, { size: 100, out: newOut(), workers: 2, ...options });
}

/** Everything below a folder. */
const namesIn = (folder: string) =>
  (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted();

let photos: string;
beforeAll(async () => {
  photos = scratch.file("photos");
  for (let i = 0; i < 12; i++) scratch.write(`photos/a/${i}.jpg`, await jpeg(1000 + i, 800 - i, i));
  scratch.write("photos/b/1.png", await picture(300, 200, 1, 4).png().toBuffer());
  scratch.write("photos/b/c/small.webp", await picture(50, 30).webp().toBuffer());
  scratch.write("photos/scan.tiff", await picture(300, 500).tiff().toBuffer());
  scratch.write("photos/notes.txt", "no image");
});

describe("thumbnails", () => {
  test("of a folder: all images below it, in the same folders, in sorted order", async () => {
    const out = newOut();
    const { files, written, skipped, failed, report } = await thumbs(photos, { out });
    expect({ written, skipped, failed }).toEqual({ written: 15, skipped: 0, failed: 0 });
    expect(namesIn(out)).toEqual(
      [
        ...Array.from({ length: 12 }, (_, i) => `a/${i}.jpg`),
        "b/1.png",
        "b/c/small.webp",
        "scan.jpg",
      ].toSorted(),
    );
    expect(files.map(({ input }) => input)).toEqual(files.map(({ input }) => input).toSorted());
    expect(report.workers).toBe(2);
    for (const outcome of files) {
      if (outcome.status !== "written") throw new Error(outcome.status);
      const { width, height, bytes } = outcome;
      expect(await sharp(outcome.output).metadata()).toMatchObject({ width, height });
      expect(statSync(outcome.output).size).toBe(bytes);
      expect(Math.max(width, height)).toBe(outcome.input.endsWith(".webp") ? 50 : 100);
    }
  });

  test("are, to the byte, what sharp makes of each file", async () => {
    const box = { width: 64, height: 100 };
    for (const fit of ["inside", "cover"] as const) {
      const { files } = await thumbs(`${photos}/a/*.jpg`, { size: box, fit });
      for (const { input, output } of files) {
        const expected = await sharp(input)
          .autoOrient()
          .resize(64, 100, { fit, withoutEnlargement: true })
          .jpeg()
          .toBuffer();
        expect(Buffer.compare(readFileSync(output), expected)).toBe(0);
      }
    }
  });

  test("are the same for any number of workers, in place too", async () => {
    const runs = await Promise.all([0, 1, 3].map((workers) => thumbs(`${photos}/a`, { workers })));
    const contents = runs.map(({ files }) =>
      files.map(({ output }) => readFileSync(output, "base64")),
    );
    expect(contents[1]).toEqual(contents[0]);
    expect(contents[2]).toEqual(contents[0]);
  });

  test("of every EXIF orientation stand upright, as sharp turns them", async () => {
    const paths: string[] = [];
    for (let orientation = 1; orientation <= 8; orientation++) {
      const plain = await jpeg(1200, 900, orientation);
      const exif = Buffer.from(
        `4d4d002a00000008000101120003000000010${orientation.toString(16).padStart(3, "0")}00000000000000`.slice(
          0,
          56,
        ),
        "hex",
      );
      const body = Buffer.concat([Buffer.from("Exif\0\0"), exif]);
      const head = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
      const turned = Buffer.concat([plain.subarray(0, 2), head, body, plain.subarray(2)]);
      expect((await sharp(turned).metadata()).orientation).toBe(orientation);
      paths.push(scratch.write(`turned/${orientation}.jpg`, turned));
    }
    for (const fit of ["inside", "cover"] as const) {
      const size = { width: 100, height: 60 };
      const { files } = await thumbs(paths, { size, fit });
      for (const { input, output } of files) {
        const expected = await sharp(input).autoOrient().resize(100, 60, { fit }).jpeg().toBuffer();
        expect(Buffer.compare(readFileSync(output), expected), `${fit} ${basename(input)}`).toBe(0);
      }
    }
  });

  test("fill transparent parts with white where the format has none", async () => {
    const { files } = await thumbs(`${photos}/b/1.png`, { format: "jpeg" });
    expect(basename(files[0]?.output as string)).toBe("1.jpg");
    const { data } = await sharp(files[0]?.output).raw().toBuffer({ resolveWithObject: true });
    expect([...data.subarray(99 * 3, 100 * 3)].every((level) => level > 250)).toBe(true);
  });

  test("grow only if they may", async () => {
    const small = `${photos}/b/c/small.webp`;
    const sizes = await Promise.all([false, true].map((enlarge) => thumbs(small, { enlarge })));
    expect(sizes.map(({ files: [file] }) => (file as { width: number }).width)).toEqual([50, 100]);
  });

  test.each(["png", "webp", "avif"] as const)("can all be written as %s", async (format) => {
    const { files, failed } = await thumbs(`${photos}/b`, { format, quality: 40 });
    expect(failed).toBe(0);
    for (const { output } of files) {
      expect(output.endsWith(`.${format}`)).toBe(true);
      expect((await sharp(output).metadata()).format).toBe(format === "avif" ? "heif" : format);
    }
  });

  test("tell how far they are, in images", async () => {
    const job = thumbnails(photos, { size: 50, out: newOut(), workers: 1 });
    await job;
    expect(job.progress).toMatchObject({ done: 15, total: 15 });
  });
});

describe("existing thumbnails", () => {
  test("are skipped if they are not older than their files, so that a run goes on", async () => {
    const out = newOut();
    await thumbs(`${photos}/a`, { out });
    const again = await thumbs(`${photos}/a`, { out, size: 40 });
    expect(again).toMatchObject({ written: 0, skipped: 12, failed: 0 });
    utimesSync(join(out, "3.jpg"), 1, 1);
    const changed = await thumbs(`${photos}/a`, { out });
    expect(changed).toMatchObject({ written: 1, skipped: 11 });
    const { input } = changed.files.find(({ status }) => status === "written") as { input: string };
    expect(basename(input)).toBe("3.jpg");
  });

  test("are replaced, or fail, on demand", async () => {
    const out = newOut();
    await thumbs(`${photos}/b`, { out });
    expect(await thumbs(`${photos}/b`, { out, existing: "overwrite" })).toMatchObject({
      written: 2,
    });
    const { files, failed } = await thumbs(`${photos}/b`, { out, existing: "error" });
    expect(failed).toBe(2);
    const [first] = files;
    if (first?.status !== "failed") throw new Error("expected a failure");
    expect(first.error).toMatchObject({ code: "SWATH_IMAGE_WRITE", path: first.output });
    expect(first.error.message).toMatch(/it exists.*overwrite/);
  });

  test("are not taken for images of a folder that holds them", async () => {
    scratch.write("holiday/1.jpg", await jpeg(200, 100));
    const options = { out: scratch.file("holiday/thumbs") };
    expect(await thumbs(scratch.file("holiday"), options)).toMatchObject({ written: 1 });
    expect(await thumbs(scratch.file("holiday"), options)).toMatchObject({
      written: 0,
      skipped: 1,
    });
  });

  test("are not taken for images through a link that leads back to them", async () => {
    scratch.write("circle/1.jpg", await jpeg(200, 100));
    symlinkSync(".", scratch.file("circle/loop"));
    const out = scratch.file("circle/thumbs");
    await thumbs(scratch.file("circle"), { out });
    const before = namesIn(out);
    await thumbs(scratch.file("circle"), { out });
    expect(namesIn(out)).toEqual(before);
    symlinkSync(out, scratch.file("circle/other"));
    await thumbs(scratch.file("circle"), { out: scratch.file("circle/other") });
    expect(namesIn(out)).toEqual(before);
  });
});

describe("files that are not right", () => {
  let bad: string;
  beforeAll(async () => {
    bad = scratch.file("bad");
    const good = await jpeg(400, 300);
    scratch.write("bad/0-good.jpg", good);
    scratch.write("bad/1-text.jpg", "this is no image");
    scratch.write("bad/2-empty.jpg", "");
    scratch.write("bad/3-cut-off.jpg", good.subarray(0, 3000));
    mkdirSync(scratch.file("bad/4-folder.jpg"));
    scratch.write("bad/6-good.jpg", good);
    scratch.write("bad/7-good.jpg.tmp", "not ours");
  });

  test("fail each by itself, and the rest is done", async () => {
    const names = ["0-good", "1-text", "2-empty", "3-cut-off", "4-folder", "5-missing", "6-good"];
    const out = newOut();
    const paths = names.filter((name) => name !== "4-folder").map((name) => `${bad}/${name}.jpg`);
    const { files, written, failed } = await thumbs(paths, { out });
    expect({ written, failed }).toEqual({ written: 2, failed: 4 });
    const texts = files.map((file) =>
      file.status === "failed" ? file.error.message : file.status,
    );
    expect(texts).toEqual([
      "written",
      expect.stringMatching(/^Cannot read ".*1-text.jpg": it is no image/),
      expect.stringMatching(/^Cannot read ".*2-empty.jpg": it is empty \(0 bytes\)$/),
      expect.stringMatching(/^Cannot read ".*3-cut-off.jpg": the image is cut off or damaged/),
      expect.stringMatching(/^Cannot read ".*5-missing.jpg": there is no such file$/),
      "written",
    ]);
    for (const file of files) {
      if (file.status === "failed") expect(file.error.code).toBe("SWATH_IMAGE_FILE");
    }
    expect(namesIn(out)).toEqual(["0-good.jpg", "6-good.jpg"]);
  });

  test("a link that leads nowhere is told, in a folder and by a pattern too", async () => {
    scratch.write("links/1.jpg", await jpeg(200, 100));
    symlinkSync("1.jpg", scratch.file("links/2.jpg"));
    symlinkSync("gone.jpg", scratch.file("links/3.jpg"));
    symlinkSync("gone.txt", scratch.file("links/notes.txt"));
    for (const files of ["links", "links/*.jpg"]) {
      const outcomes = (await thumbs(scratch.file(files))).files;
      expect(outcomes.map(({ status }) => status)).toEqual(["written", "written", "failed"]);
      expect(outcomes[2]).toMatchObject({
        input: scratch.file("links/3.jpg"),
        error: { reason: 'it is a symbolic link that leads nowhere, to "gone.jpg"' },
      });
    }
  });

  test("end the run at the first, on demand", async () => {
    const running = thumbs([`${bad}/2-empty.jpg`, `${bad}/0-good.jpg`], { onError: "stop" });
    await expect(running).rejects.toMatchObject({
      code: "SWATH_IMAGE_FILE",
      path: `${bad}/2-empty.jpg`,
    });
  });

  test("an output that is a folder fails by itself, and leaves nothing behind", async () => {
    const out = newOut();
    mkdirSync(join(out, "0-good.jpg"), { recursive: true });
    const { files } = await thumbs([`${bad}/0-good.jpg`, `${bad}/6-good.jpg`], { out });
    expect(files.map(({ status }) => status)).toEqual(["failed", "written"]);
    expect(readdirSync(out).toSorted()).toEqual(["0-good.jpg", "6-good.jpg"]);
  });
});

describe("what is refused before anything is written", () => {
  test("two files that would have the same thumbnail", async () => {
    const jpg = scratch.write("same/x.jpg", await jpeg(50, 50));
    const tif = scratch.write("same/x.tif", await picture(50, 50).tiff().toBuffer());
    const out = newOut();
    const running = thumbs([jpg, tif], { out });
    await expect(running).rejects.toMatchObject({ code: "SWATH_INVALID_OPTION" });
    await expect(running).rejects.toThrow(/x\.jpg" and ".*x\.tif" would both become/);
    expect(existsSync(out)).toBe(false);
  });

  test("the same file twice is done once", async () => {
    const path = `${photos}/a/1.jpg`;
    expect((await thumbs([path, path])).files).toHaveLength(1);
  });

  test("a folder that would replace the images", async () => {
    const out = join(photos, "a");
    const before = readFileSync(join(out, "1.jpg"));
    await expect(thumbs(join(out, "1.jpg"), { out })).rejects.toThrow(/`out`|`files`/);
    expect(readFileSync(join(out, "1.jpg")).equals(before)).toBe(true);
  });

  test("files of the output folder alone: it says that they are left out", async () => {
    const out = join(photos, "a");
    await expect(thumbs(`${out}/1.jpg`, { out })).rejects.toThrow(
      /a\/1\.jpg".*\. Files in the output folder ".*a" are left out$/,
    );
  });

  test("a pattern that matches nothing", async () => {
    await expect(thumbs(`${photos}/*.gif`)).rejects.toThrow(/Expected `files` to be .*\*\.gif/);
  });

  test("an `out` that cannot be a folder", async () => {
    const out = scratch.write("a-file", "");
    await expect(thumbs(photos, { out })).rejects.toMatchObject({
      code: "SWATH_IMAGE_WRITE",
      path: out,
    });
    const below = join(out, "deeper");
    await expect(thumbs(photos, { out: below })).rejects.toThrow(/not a folder/);
  });

  const isRoot = getuid?.() === 0;
  test.skipIf(isRoot)(
    `an \`out\` without permission${isRoot ? " (skipped: root may write everywhere)" : ""}`,
    async () => {
      const out = newOut();
      mkdirSync(out, { mode: 0o555 });
      await expect(thumbs(photos, { out })).rejects.toThrow(/permission to write there is missing/);
      chmodSync(out, 0o755);
    },
  );

  test.each([
    [{ size: 0 }, /`size`/],
    [{ size: 1.5 }, /`size`/],
    [{ size: { width: 10 } }, /`size`/],
    [{ size: "128" }, /`size`/],
    [{ out: "" }, /`out`/],
    [{ format: "bmp" }, /`format`.*jpeg/],
    [{ fit: "contain" }, /`fit`/],
    [{ quality: 101 }, /`quality`/],
    [{ existing: "keep" }, /`existing`/],
    [{ onError: "ignore" }, /`onError`/],
    [{ wrokers: 2 }, /wrokers/],
  ])("%j", async (options, message) => {
    expect(() => thumbnails(photos, { size: 10, out: "x", ...(options as object) })).toThrow(
      message,
    );
  });

  test.each([[[]], [""], [[""]], [7]])("files %j", (files) => {
    expect(() => thumbnails(files as never, { size: 10, out: "x" })).toThrow(/`files`/);
  });
});

test("a run that is cancelled rejects with the reason, and leaves no half file", async () => {
  const out = newOut();
  const job = thumbnails(photos, { size: 300, out, workers: 2 });
  setTimeout(() => job.cancel(new Error("enough")), 60);
  await job.then(undefined, (error: unknown) => expect(String(error)).toBe("Error: enough"));
  for (const name of existsSync(out) ? namesIn(out) : []) {
    expect(name).not.toMatch(/tmp$/);
    await sharp(join(out, name)).stats();
  }
});

interface Expected {
  readonly oriented: readonly [number, number];
  readonly quadrant_mean_luma_oriented: readonly number[];
  readonly thumb_320_inside_no_enlarge: readonly [number, number];
}

describe.each(["jpeg-orientation", "jpeg-cameras"])("public files: %s", (set) => {
  const absent = absenceOf(set);
  test.skipIf(absent !== "")(`have the right size and stand upright${absent}`, async () => {
    const expected = JSON.parse(readFileSync(realFile(set, "expected.json"), "utf8")) as Record<
      string,
      Expected
    >;
    const paths = Object.keys(expected).map((name) => realFile(set, name));
    const { files } = await thumbs(paths, { size: 320 });
    expect(files).toHaveLength(paths.length);
    for (const outcome of files) {
      const name = basename(outcome.input);
      if (outcome.status !== "written") throw new Error(`${name}: ${outcome.status}`);
      const { thumb_320_inside_no_enlarge: size, quadrant_mean_luma_oriented: lumas } = expected[
        name
      ] as Expected;
      expect([outcome.width, outcome.height], name).toEqual(size);
      const quadrants = await quadrantLumas(outcome.output);
      for (const [i, luma] of quadrants.entries()) {
        expect(Math.abs(luma - (lumas[i] as number)), `${name}, quadrant ${i}`).toBeLessThan(4);
      }
    }
    expect(dirname(files[0]?.input as string)).toBe(dirname(realFile(set, "x")));
  });
});

/** Mean of red, green and blue in the quadrants: top left, top right, bottom left, bottom right. */
async function quadrantLumas(path: string): Promise<readonly number[]> {
  const { data, info } = await sharp(path)
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const sums = [0, 0, 0, 0];
  const counts = [0, 0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const quadrant = (y < Math.floor(height / 2) ? 0 : 2) + (x < Math.floor(width / 2) ? 0 : 1);
      const [r, g, b] = data.subarray(at, at + 3) as unknown as [number, number, number];
      sums[quadrant] = (sums[quadrant] as number) + (r + g + b) / 3;
      counts[quadrant] = (counts[quadrant] as number) + 1;
    }
  }
  return sums.map((sum, i) => sum / (counts[i] as number));
}
