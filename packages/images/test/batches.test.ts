import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BatchesOptions, batches, loadBatch } from "../dist/index.js";
import { absenceOf, jpeg, picture, realFile, ScratchFolder } from "./made-images.ts";

const scratch = new ScratchFolder();
afterAll(() => scratch[Symbol.dispose]());

const COUNT = 10;
const SIZE = { height: 48, width: 64 };
let files: readonly string[];
let pixels: readonly Buffer[];

beforeAll(async () => {
  const made = await Promise.all(
    Array.from({ length: COUNT }, (_, i) => jpeg(SIZE.width, SIZE.height, i)),
  );
  files = made.map((bytes, i) => scratch.write(`same/${i}.jpg`, bytes));
  pixels = await Promise.all(made.map((bytes) => sharp(bytes).raw().toBuffer()));
});

/** All batches, copied. */
async function collect(options: Partial<BatchesOptions>, list: string | readonly string[] = files) {
  const all = [];
  for await (const batch of batches(list, { batchSize: 4, workers: 2, ...options }))
    all.push(batch.copy());
  return all;
}

const imageOf = (data: ArrayLike<number>, i: number, each = SIZE.height * SIZE.width * 3) =>
  Buffer.from(Array.prototype.slice.call(data, i * each, (i + 1) * each));

describe("loadBatch", () => {
  test("gives one (N, H, W, C) array with the pixels of sharp, in the order of the files", async () => {
    const {
      data,
      shape,
      indices,
      files: paths,
      epoch,
    } = await loadBatch(files, { ...SIZE, workers: 2 });
    expect(shape).toEqual([COUNT, 48, 64, 3]);
    expect({ indices, paths, epoch }).toEqual({
      indices: files.map((_, i) => i),
      paths: files,
      epoch: 0,
    });
    expect(data).toBeInstanceOf(Uint8Array);
    expect(data.buffer).toBeInstanceOf(SharedArrayBuffer);
    for (const [i, expected] of pixels.entries())
      expect(imageOf(data, i).equals(expected)).toBe(true);
  });

  test("takes the size of the first image where none is given", async () => {
    expect((await loadBatch(scratch.file("same"), { workers: 1 })).shape).toEqual([
      COUNT,
      48,
      64,
      3,
    ]);
  });

  test("in float32: 0 to 1, each level divided by 255", async () => {
    const { data } = await loadBatch(files, { dtype: "float32", workers: 1 });
    expect(data).toBeInstanceOf(Float32Array);
    const [first] = pixels as [Buffer];
    expect(Array.from(data.subarray(0, 500))).toEqual(
      Array.from(first.subarray(0, 500), (level) => Math.fround(level / 255)),
    );
  });

  test.each([1, 3, 4] as const)("with %i channels, whatever the file has", async (channels) => {
    const mixed = [
      files[0] as string,
      scratch.write("mixed/alpha.png", await picture(64, 48, 2, 4).png().toBuffer()),
      scratch.write("mixed/gray.jpg", await picture(64, 48).grayscale().jpeg().toBuffer()),
      scratch.write(
        "mixed/16-bit.png",
        await picture(64, 48).toColourspace("rgb16").png().toBuffer(),
      ),
      scratch.write(
        "mixed/cmyk.jpg",
        await picture(64, 48).toColourspace("cmyk").jpeg().toBuffer(),
      ),
    ];
    const { data, shape } = await loadBatch(mixed, { channels, workers: 2 });
    expect(shape).toEqual([5, 48, 64, channels]);
    if (channels !== 4) return;
    const each = 48 * 64 * 4;
    expect([data[3], data[each + 3], data[2 * each - 1]]).toEqual([255, 255, 0]);
  });

  test.each(["cover", "contain", "fill"] as const)("brings images to its size: %s", async (fit) => {
    const large = [
      scratch.write("large/0.jpg", await jpeg(1000, 800, 1)),
      scratch.write("large/1.jpg", await jpeg(300, 700, 2)),
      scratch.write("large/2.jpg", await jpeg(30, 20, 3)),
    ];
    const { data } = await loadBatch(large, { height: 50, width: 70, fit, workers: 2 });
    for (const [i, path] of large.entries()) {
      const expected = await sharp(path).resize(70, 50, { fit }).raw().toBuffer();
      expect(imageOf(data, i, 50 * 70 * 3).equals(expected)).toBe(true);
    }
  });

  test("does the same in place", async () => {
    const { data } = await loadBatch(files, { workers: 0 });
    expect(imageOf(data, 7).equals(pixels[7] as Buffer)).toBe(true);
  });

  const absent = absenceOf("jpeg-orientation");
  test.skipIf(absent !== "")(`turns images upright${absent}`, async () => {
    const names = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) =>
      realFile("jpeg-orientation", `Landscape_${i}.jpg`),
    );
    const { data, shape } = await loadBatch(names, { workers: 2 });
    expect(shape).toEqual([9, 1200, 1800, 3]);
    for (let i = 1; i < 9; i++) {
      let sum = 0;
      let count = 0;
      for (let at = 0; at < 1200 * 1800 * 3; at += 997, count++) {
        sum += (data[i * 1200 * 1800 * 3 + at] as number) - (data[at] as number);
      }
      expect(Math.abs(sum / count)).toBeLessThan(1);
    }
  });

  test("tells how far it is, in images", async () => {
    const job = loadBatch(files, { workers: 1 });
    await job;
    expect(job.progress).toMatchObject({ done: COUNT, total: COUNT });
  });
});

describe("batches", () => {
  test("come in order, the last one shorter", async () => {
    const all = await collect({});
    expect(all.map(({ shape }) => shape[0])).toEqual([4, 4, 2]);
    expect(all.flatMap(({ indices }) => indices)).toEqual(files.map((_, i) => i));
    const images = all.flatMap(({ data, shape }) =>
      Array.from({ length: shape[0] }, (_, i) => imageOf(data, i)),
    );
    for (const [i, expected] of pixels.entries()) expect(images[i]?.equals(expected)).toBe(true);
  });

  test("leave out a last one that is not full, on demand", async () => {
    expect((await collect({ dropLast: true, epochs: 2 })).map(({ shape }) => shape[0])).toEqual([
      4, 4, 4, 4,
    ]);
    expect(await collect({ dropLast: true, batchSize: 11 })).toEqual([]);
  });

  test("of several passes are shuffled by seed and pass, the same for any number of workers", async () => {
    const order = async (seed: number, workers: number) =>
      (await collect({ shuffle: { seed }, epochs: 2, workers })).map(({ epoch, indices }) => [
        epoch,
        ...indices,
      ]);
    const one = await order(1, 1);
    expect(await order(1, 3)).toEqual(one);
    expect(await order(2, 1)).not.toEqual(one);
    const passes = [0, 1].map((pass) =>
      one.filter(([epoch]) => epoch === pass).flatMap(([, ...indices]) => indices),
    );
    expect(passes[0]).not.toEqual(passes[1]);
    for (const pass of passes) {
      expect(pass.toSorted((a, b) => a - b)).toEqual(files.map((_, i) => i));
    }
    const [batch] = await collect({ shuffle: { seed: 1 } });
    for (const [i, index] of (batch?.indices ?? []).entries()) {
      expect(imageOf(batch?.data as Uint8Array, i).equals(pixels[index] as Buffer)).toBe(true);
    }
  });

  test("as they are done hold the same images", async () => {
    const all = await collect({ inOrder: false, epochs: 5, batchSize: 3 });
    const indices = all.flatMap((batch) => batch.indices).toSorted((a, b) => a - b);
    expect(indices).toEqual(Array.from({ length: 5 * COUNT }, (_, i) => Math.floor(i / 5)));
  });

  test.each([0, 1, 3])(
    "with prefetch %i lie in at most so many arrays and one more",
    async (prefetch) => {
      const buffers = new Set<ArrayBufferLike>();
      for await (const { data } of batches(files, {
        batchSize: 2,
        prefetch,
        epochs: 6,
        workers: 2,
      })) {
        buffers.add(data.buffer);
      }
      expect(buffers.size).toBe(prefetch + 1);
    },
  );

  test("are valid until the next one is asked for, and no longer", async () => {
    const loop = batches(files, { batchSize: 2, prefetch: 1, epochs: 4, workers: 2 })[
      Symbol.asyncIterator
    ]();
    for (let n = 0; n < 20; n++) {
      const { value } = await loop.next();
      // The workers fill the other place meanwhile.
      await new Promise((done) => setTimeout(done, 5));
      for (const [i, index] of value.indices.entries()) {
        expect(imageOf(value.data, i).equals(pixels[index] as Buffer)).toBe(true);
      }
    }
    await loop.return?.();
  });

  test("copied are the caller's own", async () => {
    for await (const batch of batches(files, { batchSize: 4, workers: 1 })) {
      const { data, shape, indices } = batch.copy();
      expect(data.buffer).toBeInstanceOf(ArrayBuffer);
      expect({ shape, indices }).toEqual({ shape: batch.shape, indices: batch.indices });
      break;
    }
  });

  test("end all their workers when the loop is left", async () => {
    for (const prefetch of [0, 2]) {
      for await (const _ of batches(files, { batchSize: 2, epochs: 1000, prefetch, workers: 2 }))
        break;
    }
  });

  test("can be looped over again", async () => {
    const twice = batches(files, { batchSize: 5, workers: 1 });
    for (let i = 0; i < 2; i++) {
      let count = 0;
      for await (const { shape } of twice) count += shape[0];
      expect(count).toBe(COUNT);
    }
  });

  test("a thousand of them do not make the process grow", { timeout: 60_000 }, () => {
    const program = fileURLToPath(new URL("fixtures/thousand-batches.mjs", import.meta.url));
    const printed = execFileSync(process.execPath, ["--expose-gc", program, ...files]);
    const sizes = JSON.parse(printed.toString()) as number[];
    expect(sizes).toHaveLength(50);
    const median = (values: readonly number[]) =>
      values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
    expect(median(sizes.slice(40)) / median(sizes.slice(15, 25))).toBeLessThan(1.05);
  });
});

describe("images that are not right", () => {
  let mixed: readonly string[];
  beforeAll(async () => {
    mixed = [
      files[0] as string,
      scratch.write("wrong/text.jpg", "no image"),
      files[1] as string,
      scratch.write("wrong/empty.jpg", ""),
      scratch.write("wrong/cut-off.jpg", (await jpeg(64, 48, 9)).subarray(0, 900)),
      scratch.write("wrong/wide.jpg", await jpeg(65, 48)),
      scratch.file("wrong/missing.jpg"),
      scratch.file("wrong"),
      files[2] as string,
    ];
  });

  test.each([
    [1, "SWATH_IMAGE_FILE", /text.jpg": it is no image/],
    [3, "SWATH_IMAGE_FILE", /empty.jpg": it is empty \(0 bytes\)/],
    [4, "SWATH_IMAGE_FILE", /cut-off.jpg": the image is cut off or damaged/],
    [
      5,
      "SWATH_IMAGE_SIZE",
      /wide.jpg" into the batch: expected 64 x 48 pixels, got 65 x 48 pixels/,
    ],
    [6, "SWATH_IMAGE_FILE", /missing.jpg": there is no such file/],
  ] as const)("end the loop with one error: file %i, %s", async (i, code, message) => {
    const some = [mixed[0] as string, mixed[i] as string, mixed[2] as string];
    const loading = loadBatch(some, { ...SIZE, workers: 2 });
    await expect(loading).rejects.toMatchObject({ code, path: mixed[i] });
    await expect(loading).rejects.toThrow(message);
    await expect(collect({ ...SIZE }, some)).rejects.toMatchObject({ code });
  });

  test("are left out on demand, and told", async () => {
    const some = mixed.filter((path) => path !== scratch.file("wrong"));
    const loop = batches(some, { ...SIZE, batchSize: 4, onError: "skip", workers: 2 });
    const found: number[] = [];
    for await (const { data, indices, shape } of loop) {
      expect(shape[0]).toBe(indices.length);
      for (const [i, index] of indices.entries()) {
        const expected = pixels[files.indexOf(some[index] as string)] as Buffer;
        expect(imageOf(data, i).equals(expected)).toBe(true);
      }
      found.push(...indices);
    }
    expect(found).toEqual([0, 2, 7]);
    expect(loop.skipped).toHaveLength(5);
    expect((await loadBatch(some, { onError: "skip", workers: 1 })).indices).toEqual([0, 2, 7]);
  });

  test("all of them: the first error", async () => {
    const none = [mixed[1] as string, mixed[3] as string];
    await expect(loadBatch(none, { onError: "skip", workers: 1 })).rejects.toMatchObject({
      code: "SWATH_IMAGE_FILE",
    });
    expect(await collect({ ...SIZE, onError: "skip" }, none)).toEqual([]);
  });
});

describe("batches that cannot be", () => {
  test("larger than memory: refused before anything is allocated", async () => {
    const options = { height: 60_000, width: 60_000, fit: "fill", workers: 1 } as const;
    const loading = loadBatch(files, options);
    await expect(loading).rejects.toMatchObject({
      code: "SWATH_BATCH_MEMORY",
      needed: COUNT * 60_000 * 60_000 * 3,
      batches: 1,
    });
    await expect(loading).rejects.toThrow(/need 108 GB of memory.*Choose a smaller `batchSize`/);
    const looping = collect({ ...options, batchSize: 10, prefetch: 4, epochs: 9 });
    await expect(looping).rejects.toThrow(/540 GB of memory \(5 of 108 GB\)/);
  });

  test.each([
    [{ batchSize: 0 }, /`batchSize`/],
    [{ height: 10 }, /`height` to be given together with `width`/],
    [{ height: 0, width: 5 }, /`height`/],
    [{ channels: 2 }, /`channels` to be 1, 3 or 4, got `2`/],
    [{ dtype: "float64" }, /`dtype`/],
    [{ fit: "inside" }, /`fit`/],
    [{ prefetch: -1 }, /`prefetch`/],
    [{ shuffle: true }, /`shuffle`.*seed/],
    [{ shuffle: { seed: 1.5 } }, /`shuffle.seed`/],
    [{ onError: "collect" }, /`onError`/],
    [{ epochs: 0 }, /`epochs`/],
    [{ batchsize: 3 }, /batchsize/],
  ])("%j: refused at once", (options, message) => {
    expect(() => batches(files, { batchSize: 2, ...(options as object) })).toThrow(message);
  });

  test("loadBatch has no options of a loop", () => {
    expect(() => loadBatch(files, { batchSize: 3 } as never)).toThrow(/batchSize/);
    expect(() => loadBatch([])).toThrow(/`files`/);
  });

  test("a signal ends the loop with its reason", async () => {
    const controller = new AbortController();
    const looping = async () => {
      const options = { batchSize: 2, epochs: 10_000, workers: 2, signal: controller.signal };
      for await (const { epoch } of batches(files, options))
        if (epoch === 2) controller.abort(new Error("enough"));
    };
    await expect(looping()).rejects.toThrow("enough");
  });
});
