import { readGeoKeys } from "./geo-keys.ts";
import type { Georeference, GeoTag } from "./image.ts";
import type { TagReader } from "./tag-reader.ts";
import { TAG } from "./tags.ts";

type Transform = NonNullable<Georeference["transform"]>;

const GEO_TAGS = [
  TAG.ModelPixelScale,
  TAG.ModelTiepoint,
  TAG.ModelTransformation,
  TAG.GeoKeyDirectory,
  TAG.GeoDoubleParams,
  TAG.GeoAsciiParams,
] as const;

/**
 * Where an image lies on the ground, as its own tags say: no world file, no sidecar.
 *
 * @see OGC GeoTIFF 1.1; the shift for PixelIsPoint and the sign of the row step are GDAL's
 */
export function readGeoreference(tags: TagReader): Georeference {
  const keys = readGeoKeys(tags);
  const corner = matrixTransform(tags) ?? scaleTransform(tags);
  return {
    transform: corner === undefined || !keys.isPoint ? corner : halfPixelBack(corner),
    epsg: keys.epsg,
    crsName: keys.crsName,
    rasterType: keys.isPoint ? "point" : "area",
    tags: GEO_TAGS.flatMap((tag) => geoTag(tags, tag) ?? []),
  };
}

function matrixTransform(tags: TagReader): Transform | undefined {
  const m = tags.numbers(TAG.ModelTransformation);
  if (m === undefined || m.length < 16) return undefined;
  return [m[3] ?? 0, m[0] ?? 0, m[1] ?? 0, m[7] ?? 0, m[4] ?? 0, m[5] ?? 0];
}

/** From pixel scale and the first tiepoint; several tiepoints without scale are no grid. */
function scaleTransform(tags: TagReader): Transform | undefined {
  const scale = tags.numbers(TAG.ModelPixelScale);
  const [across = 0, down = 0] = scale ?? [];
  if (across === 0 || down === 0) return undefined;
  const tie = tags.numbers(TAG.ModelTiepoint);
  if (tie === undefined || tie.length < 6) return undefined;
  const [col = 0, row = 0, , x = 0, y = 0] = tie;
  const step = -Math.abs(down);
  return [x - col * across, across, 0, y - row * step, 0, step];
}

/** PixelIsPoint gives the centre of a pixel; the transform is for its outer corner. */
function halfPixelBack([x, xCol, xRow, y, yCol, yRow]: Transform): Transform {
  return [x - (xCol + xRow) / 2, xCol, xRow, y - (yCol + yRow) / 2, yCol, yRow];
}

function geoTag(tags: TagReader, tag: number): GeoTag | undefined {
  const type = tags.entry(tag)?.type;
  if (type === 2) return { tag, type, values: tags.text(tag) ?? "" };
  if (type !== 3 && type !== 12) return undefined;
  return { tag, type, values: Array.from(tags.numbers(tag) ?? []) };
}
