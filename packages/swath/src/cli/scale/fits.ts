import { median, middle95, resamplings } from "../measure/statistics.ts";
import { amdahl, fitAmdahl, fitGustafson, karpFlatt, type SpeedupPoint } from "./laws.ts";
import { fitUsl, summitOf, type Usl, usl } from "./usl.ts";

/** What was measured: in each round, seconds in one thread and on each number of workers. */
export interface ScaleRound {
  /** Seconds of the plain loop. */
  readonly serial: number;
  readonly points: readonly { readonly workers: number; readonly seconds: number }[];
}

/** A figure with the interval that holds it in 95 of 100 resamplings of the rounds. */
export interface Band {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Speed-up on a number of workers, and what follows from it. */
export interface ScalePoint {
  readonly workers: number;
  /** Median of the rounds. */
  readonly seconds: number;
  readonly speedup: Band;
  readonly efficiency: number;
  /** Undefined for one worker. */
  readonly karpFlatt: number | undefined;
}

/** The laws fitted to what was measured; undefined where there are too few points. */
export interface ScaleFits {
  /** Serial shares. */
  readonly amdahl: Band | undefined;
  readonly gustafson: Band | undefined;
  readonly usl:
    | {
        readonly gamma: Band;
        readonly alpha: Band;
        readonly beta: Band;
        /** Workers of the summit; undefined where there is none within what may be predicted. */
        readonly summit: number | undefined;
      }
    | undefined;
  /** Most workers for which something is predicted: twice the most that were measured. */
  readonly limit: number;
}

/** A speed-up that nobody measured. */
export interface ScalePrediction {
  readonly workers: number;
  /** By the law of Amdahl. */
  readonly amdahl: Band;
  /** By the Universal Scalability Law, where that was fitted. */
  readonly usl: Band | undefined;
}

/** What is predicted lies at most so many times beyond what was measured. */
const REACH = 2;

/** Speed-up of each number of workers that was measured. */
export function scalePoints(rounds: readonly ScaleRound[]): readonly ScalePoint[] {
  const resampled = resamplings(rounds).map(speedups);
  return speedups(rounds).map(({ workers, speedup }, index) => ({
    workers,
    seconds: median(rounds.map(({ points }) => points[index]?.seconds ?? Number.NaN)),
    speedup: band(speedup, resampled, (points) => points[index]?.speedup ?? Number.NaN),
    efficiency: speedup / workers,
    karpFlatt: karpFlatt({ workers, speedup }),
  }));
}

/** Fits the laws, with bands from resampling the rounds. */
export function fitScale(rounds: readonly ScaleRound[]): ScaleFits {
  const points = speedups(rounds);
  const most = Math.max(0, ...points.map(({ workers }) => workers));
  const limit = REACH * most;
  if (most <= 1) return { amdahl: undefined, gustafson: undefined, usl: undefined, limit };
  const resampled = resamplings(rounds).map(speedups);
  return {
    amdahl: band(fitAmdahl(points), resampled, fitAmdahl),
    gustafson: band(fitGustafson(points), resampled, fitGustafson),
    usl: uslBands(points, resampled, limit),
    limit,
  };
}

/**
 * Predicts the speed-up on more workers than were measured.
 *
 * @returns undefined beyond the limit of the fits: the laws are no better there than a guess
 */
export function predictScale(
  rounds: readonly ScaleRound[],
  workers: number,
): ScalePrediction | undefined {
  const points = speedups(rounds);
  const fits = fitScale(rounds);
  if (fits.amdahl === undefined || workers > fits.limit) return undefined;
  const resampled = resamplings(rounds).map(speedups);
  const byAmdahl = (some: readonly SpeedupPoint[]) => amdahl(fitAmdahl(some), workers);
  const byUsl = (some: readonly SpeedupPoint[]) => {
    const law = fitUsl(some);
    return law === undefined ? Number.NaN : usl(law, workers);
  };
  return {
    workers,
    amdahl: band(byAmdahl(points), resampled, byAmdahl),
    usl: fits.usl === undefined ? undefined : band(byUsl(points), resampled, byUsl),
  };
}

function uslBands(
  points: readonly SpeedupPoint[],
  resampled: readonly (readonly SpeedupPoint[])[],
  limit: number,
): ScaleFits["usl"] {
  const law = fitUsl(points);
  if (law === undefined) return undefined;
  const of = (name: keyof Usl) =>
    band(law[name], resampled, (some) => fitUsl(some)?.[name] ?? Number.NaN);
  const summit = summitOf(law);
  return {
    gamma: of("gamma"),
    alpha: of("alpha"),
    beta: of("beta"),
    summit: summit !== undefined && summit <= limit ? summit : undefined,
  };
}

/** Medians over the rounds of the ratios within each, by number of workers. */
function speedups(rounds: readonly ScaleRound[]): readonly SpeedupPoint[] {
  const [first] = rounds;
  return (first?.points ?? []).map(({ workers }, index) => ({
    workers,
    speedup: median(
      rounds.map(({ serial, points }) => serial / (points[index]?.seconds ?? Number.NaN)),
    ),
  }));
}

function band(
  value: number,
  resampled: readonly (readonly SpeedupPoint[])[],
  figure: (points: readonly SpeedupPoint[]) => number,
): Band {
  const figures = resampled.map(figure).filter((one) => !Number.isNaN(one));
  return { value, ...middle95(figures) };
}
