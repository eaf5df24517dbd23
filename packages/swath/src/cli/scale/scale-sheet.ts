import { percentText } from "../../plugin.ts";
import type { Sheet } from "../sheet/sheet.ts";
import type { Band, ScaleFits, ScalePoint, ScalePrediction } from "./fits.ts";
import { USL_POINTS } from "./usl.ts";

/** What `swath scale` found. */
export interface ScaleFindings {
  readonly title: string;
  readonly facts: readonly string[];
  /** Seconds of the plain loop, median. */
  readonly serial: number;
  readonly points: readonly ScalePoint[];
  readonly fits: ScaleFits;
  readonly predictions: readonly ScalePrediction[];
  readonly notes: readonly string[];
}

/** The findings as tables. */
export function scaleSheet(findings: ScaleFindings): Sheet {
  const { title, facts, serial, points, fits, predictions, notes } = findings;
  return {
    title,
    facts,
    tables: [
      {
        caption: `measured; the plain loop takes ${serial.toFixed(3)} s`,
        header: ["workers", "seconds", "speed-up", "95 % band", "efficiency", "Karp–Flatt"],
        rows: points.map(({ workers, seconds, speedup, efficiency, karpFlatt }) => [
          String(workers),
          seconds.toFixed(3),
          speedup.value.toFixed(2),
          rangeText(speedup, 2),
          percentText(efficiency),
          karpFlatt === undefined ? "" : karpFlatt.toFixed(3),
        ]),
        bars: points.map(({ speedup }) => speedup.value),
      },
      { caption: "fitted", header: ["", "value", "95 % band"], rows: fitRows(fits) },
      {
        caption: `predicted, up to ${fits.limit} workers: twice the most that were measured`,
        header: ["workers", "Amdahl", "95 % band", "USL", "95 % band"],
        rows: predictions.map(({ workers, amdahl, usl }) => [
          String(workers),
          amdahl.value.toFixed(2),
          rangeText(amdahl, 2),
          usl === undefined ? "" : usl.value.toFixed(2),
          usl === undefined ? "" : rangeText(usl, 2),
        ]),
      },
    ].filter(({ rows }) => rows.length > 0),
    notes: [...fitNotes(findings), ...notes],
  };
}

function fitRows({ amdahl, gustafson, usl }: ScaleFits): readonly (readonly string[])[] {
  const row = (name: string, figure: Band, digits: number) => [
    name,
    figure.value.toFixed(digits),
    rangeText(figure, digits),
  ];
  return [
    ...(amdahl === undefined ? [] : [row("Amdahl: serial share", amdahl, 3)]),
    ...(gustafson === undefined ? [] : [row("Gustafson: serial share", gustafson, 3)]),
    ...(usl === undefined
      ? []
      : [
          row("USL: α, contention", usl.alpha, 4),
          row("USL: β, coherence", usl.beta, 5),
          row("USL: γ, one worker", usl.gamma, 3),
        ]),
  ];
}

function fitNotes({ points, fits }: ScaleFindings): readonly string[] {
  const rising = points.flatMap(({ karpFlatt }) => (karpFlatt === undefined ? [] : [karpFlatt]));
  return [
    "speed-up: the plain loop's time over this one, median of the ratios within each round.",
    ...(rising.length < 2
      ? []
      : ["Karp–Flatt: rising with the workers it speaks of overhead, flat of a serial part."]),
    ...(fits.amdahl === undefined
      ? ["No law is fitted to one worker alone: give more, as -P 1,2,4."]
      : []),
    ...(fits.usl === undefined
      ? [
          `No Universal Scalability Law: it needs ${USL_POINTS} different numbers of workers, there are ${points.length}.`,
        ]
      : [summitText(fits)]),
  ];
}

function summitText({ usl, limit }: ScaleFits): string {
  if (usl?.summit === undefined) return `No summit of the USL up to ${limit} workers.`;
  return `The USL has its summit at ${usl.summit.toFixed(1)} workers: more make it slower.`;
}

function rangeText({ low, high }: Band, digits: number): string {
  return `${low.toFixed(digits)}–${high.toFixed(digits)}`;
}
