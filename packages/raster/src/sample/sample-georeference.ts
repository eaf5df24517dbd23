import type { Georeference, GeoTag } from "../tiff/image.ts";
import { EXTENT_KM } from "./landscape.ts";
import type { SampleSpec } from "./sample-spec.ts";

/** Upper left corner of the raster in EPSG:3577, in metres. */
const WEST = -1_888_000;
const NORTH = -1_010_000;

const EPSG = 3_577;
const CRS_NAME = "GDA94 / Australian Albers";

/** TIFF field types. */
const ASCII = 2;
const SHORT = 3;
const DOUBLE = 12;

/**
 * Where the sample lies on the ground: GDA94 / Australian Albers, the outline in its true place.
 * Pixels are 100 m wide and high at full size; at any other size they share the same ground.
 */
export function sampleGeoreference(spec: SampleSpec): Georeference {
  const across = (EXTENT_KM.width * 1_000) / spec.width;
  const down = (EXTENT_KM.height * 1_000) / spec.height;
  return {
    transform: [WEST, across, 0, NORTH, 0, -down],
    epsg: EPSG,
    crsName: CRS_NAME,
    rasterType: "area",
    tags: geoTags(across, down),
  };
}

/** @see OGC GeoTIFF 1.1 (19-008r4), clauses 7.1 and 7.4 */
function geoTags(across: number, down: number): readonly GeoTag[] {
  const citation = `${CRS_NAME}|`;
  const keys = [
    // GTModelType: projected
    [1_024, 0, 1, 1],
    // GTRasterType: pixel is area
    [1_025, 0, 1, 1],
    // GTCitation: in the ASCII parameters
    [1_026, 34_737, citation.length, 0],
    // ProjectedCRS
    [3_072, 0, 1, EPSG],
    // ProjLinearUnits: metre
    [3_076, 0, 1, 9_001],
  ];
  return [
    { tag: 33_550, type: DOUBLE, values: [across, down, 0] },
    { tag: 33_922, type: DOUBLE, values: [0, 0, 0, WEST, NORTH, 0] },
    { tag: 34_735, type: SHORT, values: [1, 1, 0, keys.length, ...keys.flat()] },
    { tag: 34_737, type: ASCII, values: citation },
  ];
}
