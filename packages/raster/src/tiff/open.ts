import { isSwathError } from "swath/worker";
import { readDirectories } from "./directory.ts";
import { FileBytes } from "./file-bytes.ts";
import { readGeoreference } from "./georeference.ts";
import type { TiffFile, TiffImage, UnreadImage } from "./image.ts";
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
  const pages = directories.map((directory) => new TagReader(file, form, directory));
  const main = pages.find((page) => (readSubfileType(page) & (REDUCED | MASK)) === 0) ?? pages[0];
  if (main === undefined) throw new Error("a TIFF without directories was accepted");
  const image = readImage(main);
  const unread: UnreadImage[] = [];
  const rest = pages.flatMap((page) => (page === main ? [] : (tryImage(page, unread) ?? [])));
  const overviews = rest.filter((page) => isOverviewOf(image, page));
  return {
    image,
    overviews: overviews.toSorted((a, b) => b.width * b.height - a.width * a.height),
    others: rest.filter((page) => !overviews.includes(page)),
    unread,
    georeference: readGeoreference(main),
    metadata: readMetadata(main),
  };
}

/** A further page; one that is not supported (1-bit masks, say) does not spoil the file. */
function tryImage(tags: TagReader, unread: UnreadImage[]): TiffImage | undefined {
  try {
    return readImage(tags);
  } catch (error) {
    if (!isSwathError(error, "SWATH_RASTER_UNSUPPORTED")) throw error;
    const { offset } = tags.directory;
    unread.push({ ifdOffset: offset, subfileType: readSubfileType(tags), reason: error.message });
    return undefined;
  }
}

/** Reduced in resolution, no mask, and of the same kind of pixels. */
function isOverviewOf(main: TiffImage, page: TiffImage): boolean {
  return (
    (page.subfileType & REDUCED) !== 0 &&
    (page.subfileType & MASK) === 0 &&
    page.bands === main.bands &&
    page.dtype === main.dtype &&
    page.width <= main.width &&
    page.height <= main.height
  );
}
