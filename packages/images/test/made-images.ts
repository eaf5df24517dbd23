import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import sharp, { type JpegOptions, type Sharp } from "sharp";

/** A folder for the files of one test file. */
export class ScratchFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "swath-images-"));

  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file, and the folders on the way. */
  write(name: string, content: Uint8Array | string): string {
    const path = this.file(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Gradients, edges and fine texture; another picture for each `seed`. */
export function picture(width: number, height: number, seed = 0, channels: 3 | 4 = 3): Sharp {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      data[at] = (x * 3 + y + ((x * y) % 17) * 5 + seed * 40) & 255;
      data[at + 1] = 128 + 100 * Math.sin((x + seed) / 30) * Math.cos(y / 20);
      data[at + 2] = (y * 2 + seed * 70) & 255;
      if (channels === 4) data[at + 3] = x < width / 2 ? 255 : 0;
    }
  }
  return sharp(data, { raw: { width, height, channels } });
}

/** A photo-like JPEG. */
export function jpeg(
  width: number,
  height: number,
  seed = 0,
  options: JpegOptions = {},
): Promise<Buffer> {
  return picture(width, height, seed)
    .jpeg({ quality: 88, ...options })
    .toBuffer();
}

const DATA =
  process.env["SWATH_TEST_DATA"] ?? resolve(import.meta.dirname, "../../../../shared/data");

/** Path of a public file. */
export function realFile(set: string, name: string): string {
  return resolve(DATA, set, name);
}

/** Why tests of a set are skipped, for their titles; empty where it is present. */
export function absenceOf(set: string): string {
  return existsSync(resolve(DATA, set)) ? "" : ` (skipped: ../shared/data/${set} is absent)`;
}
