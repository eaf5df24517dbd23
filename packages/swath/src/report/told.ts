import { finite, objectsIn, plainText } from "./care.ts";
import type { BucketName, FactorName, ToldRecord, ToldRoute } from "./told-record.ts";
import {
  bytesText,
  countText,
  NOT_RECORDED,
  percentText,
  secondsText,
  timesText,
} from "./units.ts";

/** A row of "where the worker-seconds went". */
export interface ToldBucket {
  readonly label: string;
  readonly seconds: number;
  /** Of all worker-seconds. */
  readonly share: number;
}

/** Something to change. */
export interface ToldAdvice {
  readonly id: string;
  readonly title: string;
  readonly evidence: string | undefined;
  /** "−1.31 s ± 0.20 s" */
  readonly saving: string | undefined;
  readonly change: string | undefined;
  readonly docs: string | undefined;
}

const BUCKETS: readonly (readonly [BucketName, string])[] = [
  ["useful", "useful work"],
  ["tail", "waiting at the end"],
  ["transfer", "moving data"],
  ["starve", "waiting for work"],
  ["gc", "garbage collection"],
  ["start", "starting workers"],
];
const FACTORS: readonly FactorName[] = ["start", "balance", "dispatch", "transfer", "gc"];

/** "1,024 items in 12.40 s (8 workers, dynamic, 256 chunks)" */
export function headline({ items, wall, workers, executor, schedule, chunks }: ToldRecord): string {
  const count = finite(chunks?.count);
  const how = [
    executor === "inline" ? "in place" : plural(finite(workers), "worker"),
    plainText(schedule) ?? NOT_RECORDED,
    ...(count === undefined ? [] : [plural(count, "chunk")]),
  ];
  const time = finite(wall);
  const seconds = time === undefined ? NOT_RECORDED : secondsText(time);
  return `${plural(finite(items), "item")} in ${seconds} (${how.join(", ")})`;
}

/**
 * "5.36× as fast as one thread (66.5 s ± 4 %, 16 items run alone), 67 % of 8 workers"; undefined
 * where it was not measured.
 */
export function speedText(record: ToldRecord): string | undefined {
  const { speedup, wall, workers, computeScaling: scaling } = record;
  const [times, seconds, count] = [finite(speedup), finite(wall), finite(workers)];
  if (times === undefined || !(times > 0)) return undefined;
  const [value, low, high] = [finite(scaling?.value), finite(scaling?.low), finite(scaling?.high)];
  const spread =
    value === undefined || low === undefined || high === undefined || !(value > 0)
      ? ""
      : ` ± ${(((high - low) / 2 / value) * 100).toFixed(0)} %`;
  const sample = finite(scaling?.items);
  const about = [
    ...(seconds === undefined ? [] : [`${secondsText(seconds * times)}${spread}`]),
    ...(sample === undefined ? [] : [`${plural(sample, "item")} run alone`]),
  ];
  const how = about.length === 0 ? "" : ` (${about.join(", ")})`;
  if (times < 1) return `${timesText(1 / times)} slower than one thread${how}`;
  const of =
    count === undefined || count < 2 ? "" : `, ${percentText(times / count)} of ${count} workers`;
  return `${timesText(times)} as fast as one thread${how}${of}`;
}

/** Whether threads made it slower. */
export function isSlower({ speedup, verdict }: ToldRecord): boolean {
  const times = finite(speedup);
  return times === undefined ? /^[\d.,]+× slower/.test(plainText(verdict) ?? "") : times < 1;
}

/** Where the worker-seconds went; undefined unless all of it was recorded. */
export function bucketsTold(record: ToldRecord): readonly ToldBucket[] | undefined {
  const rows = BUCKETS.map(([key, label]) => ({ label, seconds: finite(record.buckets?.[key]) }));
  const all = rows.reduce((sum, { seconds }) => sum + (seconds ?? Number.NaN), 0);
  if (!(all > 0)) return undefined;
  return rows.map(({ label, seconds = 0 }) => ({ label, seconds, share: seconds / all }));
}

/** "0.72 = start 0.99 × balance 0.89 × …"; undefined unless all of it was recorded. */
export function efficiencyText({ efficiency }: ToldRecord): string | undefined {
  const parallel = finite(efficiency?.parallel);
  const factors = FACTORS.map((name) => ({ name, value: finite(efficiency?.[name]) }));
  if (parallel === undefined || factors.some(({ value }) => value === undefined)) return undefined;
  const product = factors.map(({ name, value }) => `${name} ${(value as number).toFixed(2)}`);
  return `${parallel.toFixed(2)} = ${product.join(" × ")}`;
}

/** "speed-up 5.36 = 8 workers × 0.72 × compute 0.93": the identity, where it was measured. */
export function identityText(record: ToldRecord): string | undefined {
  const { speedup, workers, efficiency, computeScaling } = record;
  const [s, p] = [finite(speedup), finite(workers)];
  const [e, c] = [finite(efficiency?.parallel), finite(computeScaling?.value)];
  if (s === undefined || p === undefined || e === undefined || c === undefined) return undefined;
  return `${s.toFixed(2)} = ${plural(p, "worker")} × ${e.toFixed(2)} × compute ${c.toFixed(2)}`;
}

/** "cpu: 97 % of the useful time was spent on a processor" */
export function boundText({ bound }: ToldRecord): string | undefined {
  const kind = plainText(bound?.kind);
  if (kind === undefined) return undefined;
  const evidence = plainText(bound?.evidence);
  return evidence === undefined ? kind : `${kind}: ${evidence}`;
}

/** "items copy, ~1.20 MB in 3.0 ms; broadcast none; results copy, …" */
export function routesText({ routes, serialization }: ToldRecord): string | undefined {
  const about = serialization?.exact === false ? "~" : "";
  const text = (label: string, way: ToldRoute | undefined) => {
    const route = plainText(way?.route);
    if (route === undefined) return [];
    const bytes = (finite(way?.copied) ?? 0) + (finite(way?.moved) ?? 0);
    const seconds = finite(way?.seconds) ?? 0;
    const size = route === "none" || bytes === 0 ? "" : `, ${about}${bytesText(bytes)}`;
    return [`${label} ${route}${size}${seconds > 0 ? ` in ${secondsText(seconds)}` : ""}`];
  };
  const all = [
    ...text("items", routes?.input),
    ...text("broadcast", routes?.broadcast),
    ...text("results", routes?.results),
  ];
  return all.length === 0 ? undefined : all.join("; ");
}

/** What ran in the caller's thread of a job that could choose. */
export function placeText({ place }: ToldRecord): string | undefined {
  const [items, seconds] = [finite(place?.items), finite(place?.seconds)];
  if (items === undefined || seconds === undefined) return undefined;
  const why = plainText(place?.why);
  return `${plural(items, "item")} in ${secondsText(seconds)}${why === undefined ? "" : `: ${why}`}`;
}

/** What to change, in the record's order: the most worthwhile first. */
export function adviceTold({ advice }: ToldRecord): readonly ToldAdvice[] {
  return objectsIn(advice).flatMap((one) => {
    const [id, title] = [plainText(one.id, 20), plainText(one.title)];
    if (id === undefined || title === undefined) return [];
    return {
      id,
      title,
      evidence: plainText(one.evidence),
      saving: savingText(finite(one.savingSeconds), finite(one.savingError)),
      change: plainText(one.change),
      docs: plainText(one.docs),
    };
  });
}

function savingText(seconds: number | undefined, error: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  const sign = seconds < 0 ? "+" : "−";
  const spread = error === undefined ? "" : ` ± ${secondsText(error)}`;
  return `${sign}${secondsText(Math.abs(seconds))}${spread}`;
}

function plural(count: number | undefined, noun: string): string {
  if (count === undefined) return `${noun}s ${NOT_RECORDED}`;
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}
