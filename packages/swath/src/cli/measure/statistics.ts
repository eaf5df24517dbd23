/** Quantile `q` in [0, 1] of some numbers, linear between neighbours; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const below = sorted[low] as number;
  return below + (at - low) * ((sorted[low + 1] ?? below) - below);
}

/** The middle of some numbers; NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Index of the sample that stands for all: the one in the middle, the faster of two. */
export function middleIndex(values: readonly number[]): number {
  const order = values.map((_, index) => index);
  order.sort((a, b) => (values[a] as number) - (values[b] as number));
  return order[Math.floor((order.length - 1) / 2)] ?? -1;
}

/**
 * Random numbers from 0 to 1 that are the same for the same seed, for resampling.
 *
 * @see mulberry32 by Tommy Ettinger, public domain
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Resamplings: more change the ends of an interval by less than a hundredth. */
const RESAMPLES = 1_000;

/** As many samples again, drawn with replacement, many times; the same draws each time. */
export function resamplings<T>(samples: readonly T[]): readonly (readonly T[])[] {
  const random = seededRandom(1);
  return Array.from({ length: RESAMPLES }, () =>
    samples.map(() => samples[Math.floor(random() * samples.length)] as T),
  );
}

/** The interval that holds 95 of 100 of the figures, those in the middle. */
export function middle95(figures: readonly number[]): {
  readonly low: number;
  readonly high: number;
} {
  return { low: quantile(figures, 0.025), high: quantile(figures, 0.975) };
}
