import type { Buckets, Place, Report, RouteFigures } from "./report.ts";
import { bytesText, countText, percentText, secondsText } from "./units.ts";

const LABELS: readonly (readonly [keyof Buckets, string])[] = [
  ["useful", "useful work"],
  ["tail", "waiting at the end"],
  ["transfer", "moving data"],
  ["starve", "waiting for work"],
  ["gc", "garbage collection"],
  ["start", "starting workers"],
];
/** Columns of the longest bar. */
const BAR_WIDTH = 24;

/** The summary of a run for a terminal: where the worker-seconds went, and the four answers. */
export function reportText(report: Report): string {
  const { items, wall, workers, executor, schedule } = report;
  const where = executor === "inline" ? "in place" : `${workers} worker${workers === 1 ? "" : "s"}`;
  return [
    `${countText(items)} item${items === 1 ? "" : "s"} in ${secondsText(wall)} (${where}, ${schedule}, ${report.chunks.count} chunk${report.chunks.count === 1 ? "" : "s"})`,
    "",
    `  Where ${secondsText(workers * wall)} of worker time went`,
    ...LABELS.map(([bucket, label]) => bucketLine(report, bucket, label)),
    "",
    `  efficiency ${efficiencyText(report)}`,
    `  1 compute : communication   ${ratioText(report.ratio)}`,
    `  2 serialisation             ${serializationText(report)}`,
    `  3 stragglers                ${stragglersText(report)}`,
    `  4 memory                    peak ${bytesText(report.memory.peakResident)}; read ${bytesText(report.routes.bytesRead)} by the workers`,
    `  routes                      ${routesText(report)}`,
    ...(report.place === undefined
      ? []
      : [`  in place                    ${placeText(report.place)}`]),
  ].join("\n");
}

function bucketLine(
  { buckets, wall, workers }: Report,
  bucket: keyof Buckets,
  label: string,
): string {
  const part = buckets[bucket] / (wall * workers);
  const bar = "█".repeat(Math.round(part * BAR_WIDTH));
  const time = secondsText(buckets[bucket]).padStart(9);
  return `  ${label.padEnd(20)}${time} ${percentText(part).padStart(7)}  ${bar}`.trimEnd();
}

function efficiencyText({ efficiency: e }: Report): string {
  const factor = (value: number) => value.toFixed(2);
  return (
    `${factor(e.parallel)} = start ${factor(e.start)} × balance ${factor(e.balance)} × ` +
    `dispatch ${factor(e.dispatch)} × transfer ${factor(e.transfer)} × gc ${factor(e.gc)}`
  );
}

/** The field's rule of thumb: above 5 : 1 parallelism pays, below 2 : 1 the loop may win. */
function ratioText(ratio: number | null): string {
  if (ratio === null) return "nothing was moved";
  const word = ratio > 5 ? "good" : ratio < 2 ? "poor" : "watch";
  const figure = ratio > 999 ? "over 999" : ratio.toFixed(1);
  return `${figure} : 1  ${word}`;
}

function serializationText({ serialization: s }: Report): string {
  const about = s.exact ? "" : "~";
  const ms = (s.workerDecode + s.workerEncode + s.driverDecode + s.driverEncode) * 1e3;
  return `${about}${bytesText(s.bytesOut)} out, ${about}${bytesText(s.bytesIn)} back, ${ms.toFixed(1)} ms to encode and decode`;
}

function stragglersText({ stragglers: s }: Report): string {
  const between = secondsText(Math.max(0, s.lastDone - s.firstDone));
  return `last worker ${between} after the first; busiest did ${s.imbalance.toFixed(2)}× the mean`;
}

function routesText({ routes, serialization: { exact } }: Report): string {
  const text = (name: string, { route, copied, moved, seconds }: RouteFigures) => {
    const about = exact ? "" : "~";
    const bytes = route === "none" ? "" : `, ${about}${bytesText(copied + moved)}`;
    return `${name} ${route}${bytes}${seconds === 0 ? "" : ` in ${secondsText(seconds)}`}`;
  };
  const { input, broadcast, results } = routes;
  return [text("items", input), text("broadcast", broadcast), text("results", results)].join("; ");
}

function placeText({ items, seconds, why }: Place): string {
  return `${countText(items)} item${items === 1 ? "" : "s"} in ${secondsText(seconds)}: ${why}`;
}
