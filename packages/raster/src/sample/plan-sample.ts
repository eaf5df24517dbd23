import { InvalidOptionError } from "swath/worker";
import { CLASSES, classQuotas } from "./class-quotas.ts";
import { bandsOf, SAMPLE_NODATA, type SampleBand, type SampleSpec } from "./sample-spec.ts";
import { LEVELS } from "./scale.ts";

/** All that {@link fillBand} needs: plain data, about 8 KB per strip and a few numbers per band. */
export interface SamplePlan {
  readonly spec: SampleSpec;
  readonly bands: readonly PlannedBand[];
  /** The four strips, from north to south. */
  readonly strips: readonly StripPlan[];
}

/** A band, and what the bands above it have used up. */
export interface PlannedBand extends SampleBand {
  /** For each split level of its strip: pixels at that level in the strip's bands above. */
  readonly splitBefore: readonly number[];
}

/** How the levels of one strip become pixel values. */
export interface StripPlan {
  /** Pixel value by level; `FIRST_SPLIT` + i for the i-th split level. */
  readonly values: Int16Array;
  readonly splits: readonly SplitLevel[];
}

/** A level whose pixels belong to several classes. */
export interface SplitLevel {
  readonly level: number;
  /** Counted in row-major order over the strip, pixels before `ends[c]` are of class c at most. */
  readonly ends: readonly number[];
  /** Pixel value by class. */
  readonly values: readonly number[];
}

/** In {@link StripPlan.values}, marks the first split level; above all pixel values. */
export const FIRST_SPLIT = 1_000;

/** Lowest and highest pixel value of classes 1 to 3. */
const CLASS_VALUES = [
  [SAMPLE_NODATA, SAMPLE_NODATA],
  [1, 150],
  [151, 400],
  [401, 687],
] as const;

/**
 * Between the passes: finds, in each strip, the levels at which one class ends and the next
 * begins, such that the classes fill their quotas exactly. A level that straddles a border is
 * divided: its first pixels, in row-major order, go to the lower class.
 *
 * @param histograms of all bands, in the order of {@link bandsOf}
 * @throws InvalidOptionError if a band's histogram is missing or is another band's
 */
export function planSample(spec: SampleSpec, histograms: readonly Uint32Array[]): SamplePlan {
  const bands = bandsOf(spec);
  assertHistograms(spec, bands, histograms);
  const quotas = classQuotas(spec);
  const counts = quotas.map((_, strip) =>
    sumOf(histograms.filter((_, index) => bands[index]?.strip === strip)),
  );
  const scale = valueScale(sumOf(counts), sumOf(quotas));
  const strips = quotas.map((quota, strip) =>
    planStrip(counts[strip] as Float64Array, quota, scale),
  );
  return { spec, bands: withSplits(bands, histograms, strips), strips };
}

/**
 * The levels at which classes 1, 2, 3 begin in the raster as a whole, and the highest level.
 * Values are read from them in all strips alike, so that they run on across a strip's border.
 */
function valueScale(counts: Float64Array, quotas: Float64Array): readonly number[] {
  const ends = cumulative(quotas);
  const scale: number[] = [];
  let seen = 0;
  for (let level = 0; level < LEVELS; level++) {
    seen += counts[level] as number;
    while (scale.length < CLASSES && seen >= (ends[scale.length] as number)) scale.push(level);
  }
  return scale;
}

function planStrip(counts: Float64Array, quota: Float64Array, scale: readonly number[]): StripPlan {
  const borders = cumulative(quota).slice(0, -1);
  const values = new Int16Array(LEVELS);
  const splits: SplitLevel[] = [];
  let seen = 0;
  for (let level = 0; level < LEVELS; level++) {
    const count = counts[level] as number;
    const ends = borders.map((border) => Math.min(count, Math.max(0, border - seen)));
    if (ends.some((end) => end > 0 && end < count)) {
      values[level] = FIRST_SPLIT + splits.length;
      const byClass = CLASS_VALUES.map((_, index) => valueAt(level, index, scale));
      splits.push({ level, ends, values: byClass });
    } else {
      values[level] = valueAt(level, ends.filter((end) => end === 0).length, scale);
    }
    seen += count;
  }
  return { values, splits };
}

/** Rises with the level from the class's lowest to its highest value. */
function valueAt(level: number, index: number, scale: readonly number[]): number {
  const [lowest, highest] = CLASS_VALUES[index] as readonly [number, number];
  if (index === 0) return SAMPLE_NODATA;
  const from = scale[index - 1] as number;
  const span = Math.max(1, (scale[index] as number) - from);
  const value = lowest + Math.floor(((level - from) * (highest - lowest)) / span);
  return Math.min(highest, Math.max(lowest, value));
}

function withSplits(
  bands: readonly SampleBand[],
  histograms: readonly Uint32Array[],
  strips: readonly StripPlan[],
): PlannedBand[] {
  const used = strips.map(({ splits }) => splits.map(() => 0));
  return bands.map((band, index) => {
    const splitBefore = used[band.strip] as number[];
    used[band.strip] = splitBefore.map((before, split) => {
      const level = strips[band.strip]?.splits[split]?.level as number;
      return before + (histograms[index]?.[level] as number);
    });
    return { ...band, splitBefore };
  });
}

function assertHistograms(
  spec: SampleSpec,
  bands: readonly SampleBand[],
  histograms: readonly Uint32Array[],
): void {
  if (histograms.length !== bands.length) {
    throw new InvalidOptionError(
      "histograms.length",
      `${bands.length}, one per band`,
      histograms.length,
    );
  }
  histograms.forEach((histogram, index) => {
    const pixels = histogram.reduce((sum, count) => sum + count, 0);
    const expected = (bands[index]?.rows ?? 0) * spec.width;
    if (pixels === expected && histogram.length === LEVELS) return;
    throw new InvalidOptionError(
      `histograms[${index}]`,
      `${expected} pixels in ${LEVELS} levels`,
      pixels,
    );
  });
}

function sumOf(rows: readonly (Uint32Array | Float64Array)[]): Float64Array {
  const sum = new Float64Array(rows[0]?.length ?? LEVELS);
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) sum[i] = (sum[i] as number) + (row[i] as number);
  }
  return sum;
}

function cumulative(counts: Float64Array): number[] {
  let sum = 0;
  return Array.from(counts, (count) => {
    sum += count;
    return sum;
  });
}
