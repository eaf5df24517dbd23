/** Times as fast as one thread on `workers` workers. */
export interface SpeedupPoint {
  readonly workers: number;
  readonly speedup: number;
}

/**
 * Amdahl's law, S = 1 / (s + (1 − s) / P): the serial share `s` from 0 to 1 that fits best, by
 * least squares of 1 / S, the share of the time that is left, in which the law is linear in `s`.
 *
 * @returns NaN without a point above one worker
 * @see Amdahl, "Validity of the single processor approach", AFIPS 1967
 */
export function fitAmdahl(points: readonly SpeedupPoint[]): number {
  let above = 0;
  let below = 0;
  for (const { workers, speedup } of points) {
    const parallel = 1 - 1 / workers;
    above += (1 / speedup - 1 / workers) * parallel;
    below += parallel * parallel;
  }
  return clamp(above / below, 0, 1);
}

/** Speed-up by Amdahl's law. */
export function amdahl(serial: number, workers: number): number {
  return 1 / (serial + (1 - serial) / workers);
}

/**
 * Gustafson's law, S = P − s · (P − 1): the serial share of the time on P workers, from 0 to 1, by
 * least squares of S.
 *
 * @returns NaN without a point above one worker
 * @see Gustafson, "Reevaluating Amdahl's law", Communications of the ACM 31(5), 1988
 */
export function fitGustafson(points: readonly SpeedupPoint[]): number {
  let above = 0;
  let below = 0;
  for (const { workers, speedup } of points) {
    above += (workers - speedup) * (workers - 1);
    below += (workers - 1) ** 2;
  }
  return clamp(above / below, 0, 1);
}

/** Speed-up by Gustafson's law. */
export function gustafson(serial: number, workers: number): number {
  return workers - serial * (workers - 1);
}

/**
 * The experimentally determined serial fraction, (1/S − 1/P) / (1 − 1/P): rising with P it speaks
 * of overhead, flat of a serial part.
 *
 * @returns undefined for one worker
 * @see Karp & Flatt, "Measuring parallel processor performance", Communications of the ACM
 * 33(5), 1990
 */
export function karpFlatt({ workers, speedup }: SpeedupPoint): number | undefined {
  if (workers <= 1) return undefined;
  return (1 / speedup - 1 / workers) / (1 - 1 / workers);
}

function clamp(value: number, low: number, high: number): number {
  return Number.isNaN(value) ? value : Math.min(high, Math.max(low, value));
}
