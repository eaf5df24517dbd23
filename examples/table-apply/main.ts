/**
 * `apply` over the rows of a table, on all cores: a million places, for each its distance to the
 * nearest of some cities, and which that is. Columns in, columns out.
 *
 * node dist/table-apply/main.js [rows]    (default 1,000,000)
 */
import { availableParallelism } from "node:os";
import { isMain, map, SharedArray, share, table } from "swath";

const EARTH_KM = 6_371;
const CITIES = [
  { name: "Nairobi", lon: 36.82, lat: -1.29 },
  { name: "Lima", lon: -77.04, lat: -12.05 },
  { name: "Oslo", lon: 10.75, lat: 59.91 },
  { name: "Hanoi", lon: 105.85, lat: 21.03 },
  { name: "Perth", lon: 115.86, lat: -31.95 },
];

if (isMain(import.meta)) await main(Number(process.argv[2] ?? 1_000_000));

async function main(rows: number): Promise<void> {
  // Columns in shared memory do not travel; any others would be copied, chunk by chunk.
  const places = table({
    lon: share(Float64Array.from({ length: rows }, (_, i) => ((i * 7_919) % 36_000) / 100 - 180)),
    lat: share(Float64Array.from({ length: rows }, (_, i) => ((i * 104_729) % 18_000) / 100 - 90)),
  });
  // Two columns of results, side by side.
  const nearest = SharedArray.create("float64", [rows, 2]);

  for (const workers of new Set([1, availableParallelism()])) {
    const job = map(places, ({ lon, lat }) => nearestCity(lon, lat), { workers, into: nearest });
    await job;
    const { wall, serialization } = await job.report;
    const moved = serialization.bytesOut + serialization.bytesIn;
    console.log(
      `${workers} worker${workers === 1 ? " " : "s"}  ${wall.toFixed(2)} s for ${rows.toLocaleString("en")} rows, ` +
        `${moved} bytes of items and results sent`,
    );
  }

  const counts = CITIES.map(() => 0);
  for (let row = 0; row < rows; row++) {
    const city = nearest.at(row, 1);
    counts[city] = (counts[city] as number) + 1;
  }
  CITIES.forEach(({ name }, city) => console.log(`${name.padEnd(9)} ${counts[city]} places`));
}

/** Kilometres to the nearest city, and its number. */
function nearestCity(lon: number, lat: number): [kilometres: number, city: number] {
  let best: [number, number] = [Infinity, -1];
  CITIES.forEach((city, i) => {
    const kilometres = distance(lon, lat, city.lon, city.lat);
    if (kilometres < best[0]) best = [kilometres, i];
  });
  return best;
}

/** Along the great circle, by the haversine formula. */
function distance(lonA: number, latA: number, lonB: number, latB: number): number {
  const radians = Math.PI / 180;
  const north = Math.sin(((latB - latA) * radians) / 2);
  const east = Math.sin(((lonB - lonA) * radians) / 2);
  const h = north * north + Math.cos(latA * radians) * Math.cos(latB * radians) * east * east;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}
