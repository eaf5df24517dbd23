import { isSwathError } from "swath/worker";
import { readDirectories } from "./directory.ts";
import { FileBytes } from "./file-bytes.ts";
import { readGeoreference } from "./georeference.ts";
import type { OtherImage, TiffFile, TiffImage, UnreadImage } from "./image.ts";
import { readMetadata } from "./metadata.ts";
import { readImage, readSubfileType } from "./read-image.ts";
import { TagReader } from "./tag-reader.ts";

const REDUCED = 1;
const MASK = 4;

/**
 * Open a TIFF, BigTIFF, GeoTIFF or COG: reads its directories and block tables, no pixels.
 * The file is closed again on return; what is returned is plain data.
 *
 * @throws RasterFileError where it is missing, no TIFF, truncated, corrupt or hostile
 * @throws RasterUnsupportedError where its main image uses something that is not read
 * @example
 * const { image, georeference } = openTiff("elevation.tif");
 * console.log(image.width, image.height, image.dtype, georeference.epsg);
 */
export function openTiff(path: string): TiffFile {
  using file = new FileBytes(path);
  const { form, directories } = readDirectories(file);
  const pages = directories.map((directory): Page => {
    const tags = new TagReader(file, form, directory);
    return { tags, ifdOffset: directory.offset, subfileType: readSubfileType(tags) };
  });
  const main = pages.find(({ subfileType }) => (subfileType & (REDUCED | MASK)) === 0) ?? pages[0];
  if (main === undefined) throw new Error("a TIFF without directories was accepted");
  const image = readImage(main.tags);
  const warnings: string[] = [];
  return {
    image,
    ...furtherPages(pages, main, image),
    georeference: readGeoreference(main.tags, warnings),
    metadata: readMetadata(main.tags, warnings),
    warnings,
  };
}

interface Page extends OtherImage {
  readonly tags: TagReader;
}

/** Only what may be an overview is read: a mask or another picture has pixels of its own kind. */
function furtherPages(
  pages: readonly Page[],
  main: Page,
  image: TiffImage,
): Pick<TiffFile, "overviews" | "others" | "unread"> {
  const overviews: TiffImage[] = [];
  const others: OtherImage[] = [];
  const unread: UnreadImage[] = [];
  for (const page of pages) {
    if (page === main) continue;
    const { ifdOffset, subfileType } = page;
    if ((subfileType & (REDUCED | MASK)) !== REDUCED) {
      others.push({ ifdOffset, subfileType });
      continue;
    }
    const reduced = tryImage(page, unread);
    if (reduced === undefined) continue;
    if (isOverviewOf(image, reduced)) overviews.push(reduced);
    else others.push({ ifdOffset, subfileType });
  }
  overviews.sort((a, b) => b.width * b.height - a.width * a.height);
  return { overviews, others, unread };
}

/** An overview that is not supported does not spoil the file. */
function tryImage(page: Page, unread: UnreadImage[]): TiffImage | undefined {
  try {
    return readImage(page.tags);
  } catch (error) {
    if (!isSwathError(error, "SWATH_RASTER_UNSUPPORTED")) throw error;
    const { ifdOffset, subfileType } = page;
    unread.push({ ifdOffset, subfileType, reason: error.message });
    return undefined;
  }
}

/** Of the same kind of pixels, and not larger. */
function isOverviewOf(main: TiffImage, page: TiffImage): boolean {
  return (
    page.bands === main.bands &&
    page.dtype === main.dtype &&
    page.width <= main.width &&
    page.height <= main.height
  );
}
