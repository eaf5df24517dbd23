// What the loop of examples/thumbnails does with each image.
import sharp from "sharp";

export const SIZE = 128;

export async function makeThumbnail({ file, output }) {
  const { width, height } = await sharp(file)
    .autoOrient()
    .resize(SIZE, SIZE, { fit: "inside", withoutEnlargement: true })
    .toFile(output);
  return { width, height };
}
