import { expect, test } from "vitest";
import { importOptional } from "../../../src/tiff/codecs/optional-package.ts";

test("a missing optional package is named, with the way to install it", async () => {
  const image = { path: "/data/tile.tif", compression: 50001 };
  const missing = importOptional("sharp", image, () => import("node:no-such-module" as string));
  await expect(missing).rejects.toMatchObject({
    code: "SWATH_RASTER_UNSUPPORTED",
    path: "/data/tile.tif",
    feature: "WebP (compression 50001) without the optional package `sharp`",
    message: expect.stringContaining("npm install sharp"),
    cause: expect.anything(),
  });
});
