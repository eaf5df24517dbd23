import { extname } from "node:path";

/** Formats that can be written. */
export const FORMATS = ["jpeg", "png", "webp", "avif"] as const;
export type ImageFormat = (typeof FORMATS)[number];

/** Endings of names by which folders are searched for images, and the format that each stands for. */
const ENDINGS: ReadonlyMap<string, ImageFormat | undefined> = new Map([
  [".jpg", "jpeg"],
  [".jpeg", "jpeg"],
  [".jpe", "jpeg"],
  [".jfif", "jpeg"],
  [".png", "png"],
  [".webp", "webp"],
  [".avif", "avif"],
  [".gif", undefined],
  [".tif", undefined],
  [".tiff", undefined],
  [".heic", undefined],
  [".heif", undefined],
  [".svg", undefined],
]);

/** Whether a name ends like an image's. */
export function isImageName(name: string): boolean {
  return ENDINGS.has(extname(name).toLowerCase());
}

/**
 * The format in which an image of this name is written, and the name that it then has: its own
 * where it says the format, else one with the format's ending.
 */
export function outputName(
  name: string,
  format: ImageFormat | "same",
): { readonly name: string; readonly format: ImageFormat } {
  const ending = extname(name);
  const own = ENDINGS.get(ending.toLowerCase());
  const wanted = format === "same" ? (own ?? "jpeg") : format;
  if (own === wanted) return { name, format: wanted };
  const stem = ending === "" ? name : name.slice(0, -ending.length);
  return { name: `${stem}${wanted === "jpeg" ? ".jpg" : `.${wanted}`}`, format: wanted };
}
