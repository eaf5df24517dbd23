import type { ImageSize } from "../errors.ts";

/** How an image is brought to a size. "inside" and "none" keep its shape. */
export type Fit = "inside" | "cover" | "contain" | "fill" | "none";

/** libjpeg shrinks by 8 at most; sharp takes that from here on, for below it looks worse. */
const EIGHTH_FROM = 9;

/**
 * Whether sharp would load a JPEG of this size at one eighth to bring it to `box`.
 *
 * @see sharp's pipeline.cc: ResolveShrink and "shrink-on-load"
 */
export function isEighthEnough(size: ImageSize, box: ImageSize, fit: Fit): boolean {
  if (fit === "none") return false;
  const across = size.width / box.width;
  const down = size.height / box.height;
  const shrink =
    fit === "inside" || fit === "contain" ? Math.max(across, down) : Math.min(across, down);
  return shrink >= EIGHTH_FROM;
}
