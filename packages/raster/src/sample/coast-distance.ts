import { OUTLINE_KM } from "./outline.ts";

/** Numbers per edge: x and y of its start, its vector, and 1 / its squared length. */
const EDGE = 5;
const ALL_EDGES = OUTLINE_KM.flatMap(edgesOf);

/**
 * The outline's edges that come within `reach` of the line at `y`, one after the other.
 *
 * @param y kilometres south of the raster's upper left corner
 * @param reach kilometres
 */
export function shoreNear(y: number, reach: number): Float64Array {
  return Float64Array.from(
    ALL_EDGES.filter(([, from = 0, , down = 0]) => {
      const north = Math.min(from, from + down);
      const south = Math.max(from, from + down);
      return north <= y + reach && south >= y - reach;
    }).flat(),
  );
}

/**
 * Distance to the nearest of `edges` in kilometres, positive on land and negative at sea.
 *
 * @param edges of {@link shoreNear}: at least all that cross the line at `y`
 * @param x kilometres east of the raster's upper left corner
 * @param y kilometres south of it
 */
export function coastDistance(edges: Float64Array, x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  let inside = false;
  for (let e = 0; e < edges.length; e += EDGE) {
    const px = x - (edges[e] as number);
    const py = y - (edges[e + 1] as number);
    const vx = edges[e + 2] as number;
    const vy = edges[e + 3] as number;
    const along = (px * vx + py * vy) * (edges[e + 4] as number);
    const t = along < 0 ? 0 : along > 1 ? 1 : along;
    const dx = px - t * vx;
    const dy = py - t * vy;
    const squared = dx * dx + dy * dy;
    if (squared < nearest) nearest = squared;
    // An edge is crossed by the ray to the east if it spans y and lies to the right of x.
    if (py < 0 !== py < vy && px * vy < py * vx === vy > 0) inside = !inside;
  }
  const distance = Math.sqrt(nearest);
  return inside ? distance : -distance;
}

/** The edges of a closed ring of `x, y` pairs. */
function edgesOf(ring: readonly number[]): number[][] {
  return Array.from({ length: ring.length / 2 }, (_, point) => {
    const next = (2 * point + 2) % ring.length;
    const [x, y] = [ring[2 * point] as number, ring[2 * point + 1] as number];
    const vx = (ring[next] as number) - x;
    const vy = (ring[next + 1] as number) - y;
    return [x, y, vx, vy, 1 / (vx * vx + vy * vy)];
  });
}
