import type { Route, Source } from "swath";
import { defineSource, referenceOf } from "swath/plugin";
import { assertInteger, assertKnownKeys, assertOneOf, type TaskReference } from "swath/worker";
import type { TiffImage } from "../tiff/image.ts";
import { type CutOptions, cutWindows } from "./cut.ts";
import { neededBytes } from "./needed-bytes.ts";
import type { RasterWindow } from "./raster-window.ts";
import { openWindows, readWindows } from "./windows-entry.ts";

/** Options of `raster.windows()`. */
export interface WindowOptions extends CutOptions {
  /** Counted from 1. @default 1 */
  readonly band?: number;
  /** Rows and columns of neighbours around each window, for functions of a neighbourhood.
   * @default 0 */
  readonly halo?: number;
  /**
   * `read`: each worker reads its windows from the file. `copy`: this thread reads them and
   * sends the pixels. @default "read"
   */
  readonly route?: Extract<Route, "read" | "copy">;
}

/** More neighbours than this on every side would be most of what is read. */
const MAX_HALO = 4096;

/** @throws InvalidOptionError unless `halo` is a number of pixels */
export function assertHalo(halo: number): void {
  assertInteger("halo", halo, { min: 0, max: MAX_HALO });
}

/** The windows of an image as a source; see `Raster.windows`. */
export function windowsSource(image: TiffImage, options: WindowOptions = {}): Source<RasterWindow> {
  assertKnownKeys("options", options, ["rows", "rect", "bytes", "band", "halo", "route"]);
  const { band = 1, halo = 0, route = "read" } = options;
  assertInteger("band", band, { min: 1, max: image.bands });
  assertHalo(halo);
  assertOneOf("route", route, ["read", "copy"]);
  const grid = cutWindows(image, options);
  const data = { image, grid, band: band - 1, halo };
  const parts = { name: "raster windows", length: grid.across * grid.down };
  if (route === "copy") {
    const { path, fileSize, fileIdentity } = image;
    const fingerprint = JSON.stringify({ path, fileSize, fileIdentity, grid, band, halo });
    return defineSource({
      ...parts,
      fingerprint,
      items: (start, end) => readWindows(data, start, end),
    });
  }
  const opener = referenceOf(openWindows) as TaskReference;
  const how = { kind: "opened", opener, data } as const;
  const bytesNeeded = neededBytes(image, band - 1, grid.area, halo);
  return defineSource({ ...parts, bytesNeeded, access: { route: "read", how } });
}
