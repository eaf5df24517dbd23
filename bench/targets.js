import { three } from "./table.js";

/**
 * Judges one figure against its target. A figure that could not be measured is neither passed nor
 * left out: it reads ABSENT.
 *
 * @param {{ name: string, value: number, atLeast?: number, atMost?: number, unit?: string, note?: string }} target
 */
export function judge({ name, value, atLeast, atMost, unit = "", note }) {
  const met =
    (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  const verdict = Number.isFinite(value) ? (met ? "PASS" : "MISS") : "ABSENT";
  const wanted = atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`;
  return { verdict, name, value, wanted: `${wanted}${unit}`, unit, note };
}

/** One line per target. */
export function formatTargets(targets) {
  const width = Math.max(0, ...targets.map(({ name }) => name.length));
  return targets
    .map(({ verdict, name, value, wanted, unit, note }) => {
      const figure = Number.isFinite(value) ? `${three(value)}${unit}` : "not measured";
      const extra = note === undefined ? "" : `; ${note}`;
      return `${verdict.padEnd(6)}  ${name.padEnd(width)}  ${figure} (want ${wanted}${extra})`;
    })
    .join("\n");
}
