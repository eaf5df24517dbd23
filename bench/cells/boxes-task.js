// The box of (x, y): the square to its lower left, as GeoJSON, from the vertex at which shapely begins.
const ROWS = 800;

/** @param {number} i 0 … 799,999: x in 1 … 1000, y in 1 … 800 */
export function makeBox(i) {
  const x = Math.floor(i / ROWS) + 1;
  const y = (i % ROWS) + 1;
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
