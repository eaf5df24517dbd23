import { readGeoKeys } from "./geo-keys.ts";
import type { Georeference, GeoTag } from "./image.ts";
import { orWarning } from "./or-warning.ts";
import type { TagReader } from "./tag-reader.ts";
import { GEO_TAGS, TAG } from "./tags.ts";

type Transform = NonNullable<Georeference["transform"]>;

/** TIFF field types. */
const ASCII = 2;
const SHORT = 3;
const DOUBLE = 12;

/**
 * Where an image lies on the ground, as its own tags say: no world file, no sidecar.
 *
 * @param warnings gets a text for each tag that is damaged and left out
 * @see OGC GeoTIFF 1.1; the shift for PixelIsPoint and the sign of the row step are GDAL's
 */
export function readGeoreference(tags: TagReader, warnings: string[]): Georeference {
  const geoTags = GEO_TAGS.flatMap((tag) => orWarning(warnings, () => readGeoTag(tags, tag)) ?? []);
  const values = new Map(geoTags.map(({ tag, values }) => [tag, values]));
  const numbers = (tag: number) => values.get(tag) as readonly number[] | undefined;
  const text = values.get(TAG.GeoAsciiParams) as string | undefined;
  const keys = readGeoKeys(numbers(TAG.GeoKeyDirectory) ?? [], text ?? "");
  const corner =
    matrixTransform(numbers(TAG.ModelTransformation)) ??
    scaleTransform(numbers(TAG.ModelPixelScale), numbers(TAG.ModelTiepoint));
  return {
    transform: corner === undefined || !keys.isPoint ? corner : halfPixelBack(corner),
    epsg: keys.epsg,
    crsName: keys.crsName,
    rasterType: keys.isPoint ? "point" : "area",
    tags: geoTags,
  };
}

/** A tag in the type that the specification demands of it; undefined where it is absent. */
function readGeoTag(tags: TagReader, tag: number): GeoTag | undefined {
  const entry = tags.entry(tag);
  if (entry === undefined) return undefined;
  if (tag === TAG.GeoAsciiParams) {
    if (entry.type !== ASCII) tags.fail(entry, `has field type ${entry.type} instead of ASCII`);
    const text = tags.bytes(tag)?.toString("latin1") ?? "";
    return { tag, type: ASCII, values: text.endsWith("\0") ? text.slice(0, -1) : text };
  }
  if (tag === TAG.GeoKeyDirectory) {
    if (entry.type !== SHORT) tags.fail(entry, `has field type ${entry.type} instead of SHORT`);
    return { tag, type: SHORT, values: Array.from(tags.numbers(tag) ?? []) };
  }
  // Some programs write other types of numbers than DOUBLE.
  return { tag, type: DOUBLE, values: Array.from(tags.numbers(tag) ?? []) };
}

function matrixTransform(m: readonly number[] | undefined): Transform | undefined {
  if (m === undefined || m.length < 16) return undefined;
  return [m[3] ?? 0, m[0] ?? 0, m[1] ?? 0, m[7] ?? 0, m[4] ?? 0, m[5] ?? 0];
}

/** From pixel scale and the first tiepoint; several tiepoints without scale are no grid. */
function scaleTransform(
  scale: readonly number[] = [],
  tie: readonly number[] = [],
): Transform | undefined {
  const [across = 0, down = 0] = scale;
  if (across === 0 || down === 0 || tie.length < 6) return undefined;
  const [col = 0, row = 0, , x = 0, y = 0] = tie;
  const step = -Math.abs(down);
  return [x - col * across, across, 0, y - row * step, 0, step];
}

/** PixelIsPoint gives the centre of a pixel; the transform is for its outer corner. */
function halfPixelBack([x, xCol, xRow, y, yCol, yRow]: Transform): Transform {
  return [x - (xCol + xRow) / 2, xCol, xRow, y - (yCol + yRow) / 2, yCol, yRow];
}
