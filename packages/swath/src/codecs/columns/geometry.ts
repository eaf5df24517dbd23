import type { Layout } from "./layout.ts";

/** GeoJSON geometries of one type, as GeoArrow has them. */
export interface Geometry {
  readonly extension: string;
  /** Names of what the lists around a coordinate hold, outermost first. */
  readonly levels: readonly string[];
  readonly coordinates: Layout;
  /** "xy", "xyz" or "xyzm". */
  readonly axes: string;
}

/** By GeoJSON type: the extension, and its field names, of the GeoArrow memory layout. */
const TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ["Point", []],
  ["LineString", ["vertices"]],
  ["MultiPoint", ["points"]],
  ["Polygon", ["rings", "vertices"]],
  ["MultiLineString", ["linestrings", "vertices"]],
  ["MultiPolygon", ["polygons", "rings", "vertices"]],
]);

/**
 * What geometries a record is; undefined if it is none: other keys than `type` and `coordinates`,
 * types that differ, coordinates of differing length.
 *
 * @see RFC 7946, "The GeoJSON Format", section 3.1; geoarrow.org/format
 */
export function geometryOf(layout: Layout): Geometry | undefined {
  if (layout.kind !== "record" || layout.keys.length !== 2) return undefined;
  const type = layout.fields[layout.keys.indexOf("type")];
  const coordinates = layout.fields[layout.keys.indexOf("coordinates")];
  if (type?.kind !== "constant" || coordinates === undefined) return undefined;
  const levels = TYPES.get(type.text);
  if (levels === undefined) return undefined;
  let at = coordinates;
  for (const _ of levels) {
    if (at.kind !== "fixed" && at.kind !== "ragged") return undefined;
    at = at.item;
  }
  if (at.kind !== "fixed" || at.item.kind !== "number" || at.size < 2 || at.size > 4) {
    return undefined;
  }
  const axes = "xyzm".slice(0, at.size);
  return { extension: `geoarrow.${type.text.toLowerCase()}`, levels, coordinates, axes };
}
