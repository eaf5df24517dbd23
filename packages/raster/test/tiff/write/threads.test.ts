import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import { parseCreationOptions } from "../../../src/tiff/write/creation-options.ts";
import { planTiffOutput, type TiffOutputPlan } from "../../../src/tiff/write/plan.ts";
import { TiffWriter } from "../../../src/tiff/write/tiff-writer.ts";
import { cutBlock, sampleBands, writeBands } from "./sample-raster.ts";

const folder = mkdtempSync(join(tmpdir(), "swath-threads-"));
afterAll(() => rmSync(folder, { recursive: true }));

// Threads load what is built, as they do for users.
const BUILT = new URL("../../../dist/tiff/write/", import.meta.url);
const ABSENT = existsSync(new URL("encode-block.js", BUILT))
  ? ""
  : " (skipped: run the build first)";

const ENCODER = `
const { parentPort, workerData: { built, plan } } = require("node:worker_threads");
import(built + "encode-block.js").then(({ encodeBlock }) => {
  parentPort.on("message", ({ index, pixels }) => {
    const bytes = encodeBlock(plan, pixels);
    parentPort.postMessage({ index, bytes }, [bytes.buffer]);
  });
});`;

const PLACER = `
const { parentPort, workerData: { built, plan, temporaryPath } } = require("node:worker_threads");
import(built + "positioned-blocks.js").then(({ PositionedBlocks }) => {
  const blocks = new PositionedBlocks(plan, temporaryPath);
  parentPort.on("message", ({ index, pixels }) => {
    blocks.write(index, pixels);
    parentPort.postMessage({ index });
  });
});`;

interface Answer {
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** Deals the blocks of made-up bands to threads, and collects what they send back. */
async function inThreads(
  script: string,
  count: number,
  plan: TiffOutputPlan,
  bands: readonly Uint8Array[],
  more: object = {},
): Promise<readonly Answer[]> {
  const workerData = { built: BUILT.href, plan, ...more };
  const workers = Array.from(
    { length: count },
    () => new Worker(script, { eval: true, workerData }),
  );
  const answers: Answer[] = [];
  try {
    await new Promise<void>((done, failed) => {
      workers.forEach((worker, hand) => {
        worker.on("error", failed);
        worker.on("message", (answer: Answer) => {
          answers[answer.index] = answer;
          if (answers.filter(Boolean).length === plan.blockCount) done();
        });
        for (let index = hand; index < plan.blockCount; index += count) {
          worker.postMessage({ index, pixels: cutBlock(plan, bands, index) });
        }
      });
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return answers;
}

function planOf(name: string, ...creation: string[]): TiffOutputPlan {
  const image = { width: 700, height: 600, dtype: "int16" as const };
  return planTiffOutput({
    ...image,
    path: join(folder, name),
    creation: parseCreationOptions(creation),
  });
}

describe(`a file that threads helped to write${ABSENT}`, () => {
  const bands = sampleBands("int16", 700, 600);

  it.skipIf(ABSENT !== "")("has the same bytes for any number of them", async () => {
    await writeBands(planOf("inline.tif", "PREDICTOR=2"), bands);
    const expected = readFileSync(join(folder, "inline.tif"));
    for (const count of [1, 3]) {
      const plan = planOf(`encoded-${count}.tif`, "PREDICTOR=2");
      using writer = TiffWriter.open(plan);
      const answers = await inThreads(ENCODER, count, plan, bands);
      for (const { index, bytes } of answers) writer.append(index, bytes);
      await writer.close();
      expect(readFileSync(plan.path).equals(expected)).toBe(true);
    }
  });

  it.skipIf(ABSENT !== "")("has the same bytes when each writes its own blocks", async () => {
    await writeBands(planOf("plain.tif", "COMPRESS=NONE"), bands);
    const plan = planOf("placed.tif", "COMPRESS=NONE");
    using writer = TiffWriter.open(plan, { blocks: "positioned" });
    await inThreads(PLACER, 3, plan, bands, { temporaryPath: writer.temporaryPath });
    await writer.close();
    const expected = readFileSync(join(folder, "plain.tif"));
    expect(readFileSync(plan.path).equals(expected)).toBe(true);
  });
});
