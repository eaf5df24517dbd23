import { expect, test } from "vitest";
import * as cli from "../src/cli.ts";
import * as index from "../src/index.ts";

test("@swath/images offers", () => {
  expect(Object.keys(index).toSorted()).toEqual([
    "BatchMemoryError",
    "ImageFileError",
    "ImageSizeError",
    "ImageWriteError",
    "ImagesJob",
    "batches",
    "loadBatch",
    "thumbnails",
  ]);
});

test("@swath/images/cli offers", () => {
  expect(Object.keys(cli)).toEqual(["addCommands"]);
});
