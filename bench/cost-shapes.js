import { normal, seededRandom } from "./random.js";

/**
 * The eight cost shapes on which schedules are judged. Each draws the raw cost of item `i` of `n`;
 * {@link costsOf} scales a whole shape to the wanted mean.
 */
const SHAPES = {
  const: () => 1,
  uniform: (_i, _n, random) => random(),
  exp: (_i, _n, random) => -Math.log(1 - random()),
  "lognormal 1.5": (_i, _n, random) => Math.exp(1.5 * normal(random)),
  "Pareto 1.3": (_i, _n, random) => (1 - random()) ** (-1 / 1.3),
  "ramp up": (i) => i + 1,
  "ramp down": (i, n) => n - i,
  "hot last 5 %": (i, n) => (i >= 0.95 * n ? 20 : 1),
};

/** Names of the shapes, in the order of every table. */
export const shapeNames = Object.freeze(Object.keys(SHAPES));

/**
 * Costs of `count` items in one shape, scaled to the given mean. The same arguments give the same costs.
 *
 * @param {string} shape one of {@link shapeNames}
 * @param {{ count?: number, mean?: number, seed?: number }} [options]
 *   count: items, default 2000; mean: in any unit (the benchmark uses µs), default 100; seed: default 1
 * @returns {Float64Array}
 */
export function costsOf(shape, { count = 2000, mean = 100, seed = 1 } = {}) {
  const draw = SHAPES[shape];
  if (draw === undefined) {
    throw new RangeError(`Expected a shape of ${shapeNames.join(", ")}; got ${shape}`);
  }
  const random = seededRandom(seed);
  const raw = Float64Array.from({ length: count }, (_, i) => draw(i, count, random));
  const scale = (mean * count) / raw.reduce((sum, cost) => sum + cost, 0);
  return raw.map((cost) => cost * scale);
}

/** No schedule can finish before this: a fair share of the work, or the longest item. */
export function makespanBound(costs, workers) {
  let sum = 0;
  let longest = 0;
  for (const cost of costs) {
    sum += cost;
    longest = Math.max(longest, cost);
  }
  return Math.max(sum / workers, longest);
}
