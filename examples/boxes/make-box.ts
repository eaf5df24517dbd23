type Point = readonly [number, number];

/** A GeoJSON polygon of one ring of five points, the last of them the first. */
export interface Box {
  readonly type: "Polygon";
  readonly coordinates: readonly [readonly [Point, Point, Point, Point, Point]];
}

/** Boxes one above the other: 800 of them in a row of x. */
const COLUMN = 800;

/** Box `i`: the unit square to the lower left of (x, y), vertex for vertex as shapely's `box`. */
export function makeBox(i: number): Box {
  const x = Math.floor(i / COLUMN) + 1;
  const y = (i % COLUMN) + 1;
  return {
    type: "Polygon",
    coordinates: [
      [
        [x, y - 1],
        [x, y],
        [x - 1, y],
        [x - 1, y - 1],
        [x, y - 1],
      ],
    ],
  };
}
