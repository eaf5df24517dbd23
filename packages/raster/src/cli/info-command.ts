import { type Command, printResult } from "swath/cli";
import { openRaster, type Raster } from "../raster.ts";
import { compressionName } from "../tiff/compressions.ts";
import type { OtherImage, TiffFile, TiffImage } from "../tiff/image.ts";

/** Bit of a page's subfile type. */
const MASK = 4;

/** `swath raster info` */
export function addInfoCommand(parent: Command): void {
  parent
    .command("info")
    .description("what the header says: size, type, place on the ground, blocks, overviews")
    .argument("<file>", "a GeoTIFF")
    .option("--json", "print one JSON document on stdout and nothing else")
    .option("-q, --quiet", "print results only, as this verb always does")
    .action((file: string, flags: { readonly json?: boolean }) => {
      const raster = openRaster(file);
      printResult(flags, infoDocument(raster), printable(infoText(raster)));
    });
}

function infoDocument({ file }: Raster): object {
  const { image, overviews, georeference, metadata } = file;
  const { transform, epsg, crsName, rasterType } = georeference;
  return {
    schema: "swath.raster.info/1",
    path: image.path,
    bytes: image.fileSize,
    format: image.bigTiff ? "BigTIFF" : "TIFF",
    byteOrder: image.byteOrder,
    width: image.width,
    height: image.height,
    bands: image.bands,
    dtype: image.dtype,
    nodata: nodataJson(image),
    interleave: image.interleave,
    layout: image.layout,
    block: [image.blockWidth, image.blockHeight],
    compression: compressionName(image.compression),
    predictor: image.predictor,
    colorTable: image.colorTable === undefined ? 0 : image.colorTable.length,
    overviews: overviews.map(({ width, height }) => [width, height]),
    ...pageCounts(file),
    unread: file.unread,
    warnings: file.warnings,
    crs: { epsg: epsg ?? null, name: crsName ?? null },
    transform: transform ?? null,
    rasterType,
    corners: cornersOf(image, transform),
    metadata,
  };
}

/** Masks, and pages that are neither mask nor overview. */
function pageCounts({ others, unread }: TiffFile): { masks: number; pages: number } {
  const isMask = ({ subfileType }: OtherImage): boolean => (subfileType & MASK) !== 0;
  const masks = others.filter(isMask).length;
  return { masks: masks + unread.filter(isMask).length, pages: others.length - masks };
}

/** JSON has no NaN and no infinities: they are spelt out. */
function nodataJson({ nodata }: TiffImage): number | string | null {
  if (nodata === undefined) return null;
  return Number.isFinite(nodata) ? nodata : String(nodata);
}

/** A file's texts may hold escape sequences, which a terminal would carry out. */
function printable(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g,
    (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

function infoText({ file }: Raster): string {
  const { image, overviews, georeference, metadata } = file;
  const { transform, epsg, crsName, rasterType } = georeference;
  const corners = cornersOf(image, transform);
  const { masks, pages } = pageCounts(file);
  return [
    `File          ${image.path}`,
    `Format        ${image.bigTiff ? "BigTIFF" : "TIFF"}, ${image.byteOrder}-endian, ${image.fileSize.toLocaleString("en-US")} bytes`,
    `Size          ${image.width} x ${image.height} pixels`,
    `Bands         ${image.bands} x ${image.dtype}${image.bands > 1 ? `, interleaved by ${image.interleave}` : ""}`,
    `Nodata        ${nodataText(image)}`,
    `Blocks        ${image.blocksAcross * image.blocksDown} ${image.layout} of ${image.blockWidth} x ${image.blockHeight}`,
    `Compression   ${compressionName(image.compression)}${image.predictor > 1 ? `, predictor ${image.predictor}` : ""}`,
    ...(image.colorTable === undefined ? [] : [`Colour table  ${image.colorTable.length} entries`]),
    `Overviews     ${overviews.length === 0 ? "none" : overviews.map((o) => `${o.width}x${o.height}`).join(", ")}`,
    ...(masks === 0 ? [] : [`Masks         ${masks}`]),
    ...(pages === 0 ? [] : [`Pages         ${pages} further, not shown`]),
    `CRS           ${[epsg === undefined ? undefined : `EPSG:${epsg}`, crsName].filter(Boolean).join(", ") || "none"}`,
    ...(transform === undefined
      ? []
      : [
          `Origin        ${transform[0]}, ${transform[3]} (pixel is ${rasterType})`,
          `Pixel size    ${transform[1]}, ${transform[5]}${transform[2] !== 0 || transform[4] !== 0 ? ` (rotated: ${transform[2]}, ${transform[4]})` : ""}`,
          ...Object.entries(corners ?? {}).map(
            ([name, [x, y]]) => `${`  ${name}`.padEnd(13)} ${x}, ${y}`,
          ),
        ]),
    ...Object.entries(metadata).map(([key, value]) => `${key}=${value}`),
    ...file.unread.map(({ reason }) => `Not read      ${reason}`),
    ...file.warnings.map((warning) => `Warning       ${warning}`),
  ].join("\n");
}

function nodataText({ nodata, nodataText }: TiffImage): string {
  if (nodata !== undefined) return String(nodata);
  return nodataText === undefined
    ? "none"
    : `none (the file says "${nodataText}", which no pixel can equal)`;
}

type Corners = Readonly<Record<string, readonly [x: number, y: number]>>;

function cornersOf(
  { width, height }: TiffImage,
  transform: Raster["georeference"]["transform"],
): Corners | null {
  if (transform === undefined) return null;
  const [x0, xCol, xRow, y0, yCol, yRow] = transform;
  const at = (col: number, row: number) =>
    [x0 + col * xCol + row * xRow, y0 + col * yCol + row * yRow] as const;
  return {
    upperLeft: at(0, 0),
    lowerLeft: at(0, height),
    upperRight: at(width, 0),
    lowerRight: at(width, height),
    center: at(width / 2, height / 2),
  };
}
