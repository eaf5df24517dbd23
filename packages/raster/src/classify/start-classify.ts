import { availableParallelism } from "node:os";
import { type Job, type JobOptions, map } from "swath";
import { defineSource, referenceOf } from "swath/plugin";
import type { TaskReference } from "swath/worker";
import { BYTES_PER_PIXEL } from "../dtype.ts";
import { BlockReader } from "../tiff/block-reader.ts";
import type { TiffImage } from "../tiff/image.ts";
import { readWindow } from "../windows/windows-entry.ts";
import type { ClassifiedPart } from "./classifier.ts";
import {
  type ClassifyRun,
  classifyRun,
  classifySent,
  openClassifier,
  openSentClassifier,
  type SentItem,
} from "./classify-entry.ts";
import { type ClassifyData, type ClassifyWork, costOfItem, sentRect } from "./classify-plan.ts";

/** Windows of 8 MB that are in memory for each worker when pixels are sent. */
const SENT_PER_WORKER = 2;

/** Starts the loop: over what the workers read themselves, or over windows that are sent. */
export function startClassify(
  data: ClassifyData,
  route: "read" | "copy",
  options: JobOptions,
): Job<ClassifiedPart> {
  const { work, image, band } = data;
  if (route === "read" || work.kind === "blocks") {
    const opener = referenceOf(openClassifier) as TaskReference;
    const how = { kind: "opened", opener, data } as const;
    const access = { route: "read", how } as const;
    const source = defineSource<ClassifyRun>({
      name: "raster blocks",
      length: work.items,
      costs: Array.from({ length: work.items }, (_, item) => costOfItem(data, item)),
      access,
    });
    return map(source, classifyRun, options);
  }
  const source = defineSource<SentItem>({
    name: "raster windows",
    length: work.items,
    pull: () => sentItems(image, band, work),
  });
  const inFlight = SENT_PER_WORKER * (options.workers || availableParallelism());
  const init = openSentClassifier;
  return map(source, classifySent, { inFlight, ...options, init, with: data });
}

/** Reads one window after the other; as many are in memory as the loop lets be in flight. */
async function* sentItems(
  image: TiffImage,
  band: number,
  work: Exclude<ClassifyWork, { kind: "blocks" }>,
): AsyncGenerator<SentItem> {
  using reader = await BlockReader.open(image);
  for (let index = 0; index < work.items; index++) {
    const rect = sentRect(work, index);
    const buffer = new ArrayBuffer(rect.width * rect.height * BYTES_PER_PIXEL[image.dtype]);
    yield { index, window: await readWindow(reader, rect, band, 0, buffer) };
  }
}
