import { basename, join } from "node:path";
import sharp from "sharp";

const SIZE = 128;

/** Writes a thumbnail into `thumbs/`; gives its path and size. */
export async function makeThumbnail(file: string): Promise<string> {
  const thumbnail = join("thumbs", basename(file));
  const image = sharp(file).autoOrient().resize(SIZE, SIZE, { fit: "inside" });
  const { width, height } = await image.toFile(thumbnail);
  return `${thumbnail} ${width} x ${height}`;
}
