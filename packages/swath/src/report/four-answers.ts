import { finite, objectsIn, plainText } from "./care.ts";
import type { ToldRecord, ToldRoute } from "./told-record.ts";
import { bytesText, countText, NOT_RECORDED, percentText, secondsText } from "./units.ts";

/** How an answer is judged. */
export type Grade = "good" | "watch" | "poor";

/** One of the four questions that decide whether parallelism pays. */
export interface Answer {
  readonly question: string;
  readonly text: string;
  /** Undefined where too little was recorded to judge. */
  readonly grade: Grade | undefined;
}

/** The field's rule of thumb: above 5 : 1 parallelism pays, below 2 : 1 the loop may win. */
const RATIO_PAYS = 5;
const RATIO_DOUBTFUL = 2;
/** The POP Centre of Excellence calls efficiencies from 0.8 acceptable. */
const BALANCE_GOOD = 0.8;
const BALANCE_POOR = 0.6;
/** Shares of the worker-seconds that encoding and decoding may take. */
const MOVING_GOOD = 0.05;
const MOVING_POOR = 0.2;
/** Shares of the peak that copies of one broadcast beyond the first may take. */
const COPIES_GOOD = 0.1;
const COPIES_POOR = 0.5;
/** Larger ratios say no more than this one. */
const MAX_RATIO = 999;

/** The four answers, in their order. */
export function fourAnswers(record: ToldRecord): readonly Answer[] {
  return [compute(record), serialization(record), stragglers(record), memory(record)];
}

function compute({ ratio, serialization, wall }: ToldRecord): Answer {
  const question = "compute : communication";
  if (ratio === null) return { question, text: "nothing was moved", grade: "good" };
  const value = finite(ratio);
  if (value === undefined) return { question, text: NOT_RECORDED, grade: undefined };
  const figure = value > MAX_RATIO ? `over ${MAX_RATIO}` : value.toFixed(1);
  const driver = sumOf(serialization?.driverEncode, serialization?.driverDecode);
  const busy = driver === undefined ? undefined : share(driver, finite(wall));
  const detail = busy === undefined ? "" : `, ${percentText(busy)} of the caller's thread`;
  const grade = value > RATIO_PAYS ? "good" : value < RATIO_DOUBTFUL ? "poor" : "watch";
  return { question, text: `${figure} : 1${detail}`, grade };
}

function serialization(record: ToldRecord): Answer {
  const { serialization: s, wall, workers } = record;
  const about = s?.exact === false ? "~" : "";
  const bytes = (value: unknown) => `${value === 0 ? "" : about}${told(finite(value), bytesText)}`;
  const seconds = sumOf(s?.workerDecode, s?.workerEncode, s?.driverDecode, s?.driverEncode);
  const part = share(seconds, (finite(wall) ?? Number.NaN) * Math.max(1, finite(workers) ?? 1));
  return {
    question: "serialisation",
    text: `${bytes(s?.bytesOut)} out, ${bytes(s?.bytesIn)} back, in ${told(seconds, secondsText)}`,
    grade: gradeOf(part, MOVING_GOOD, MOVING_POOR),
  };
}

function stragglers({ stragglers: s, efficiency, slowest }: ToldRecord): Answer {
  const { firstDone, lastDone, imbalance } = s ?? {};
  const apart = sumOf(lastDone, negative(firstDone));
  const times = finite(imbalance);
  const balance = finite(efficiency?.balance);
  const [slow] = objectsIn(slowest);
  const parts = [
    `last worker ${told(apart === undefined ? undefined : Math.max(0, apart), secondsText)} late`,
    ...(times === undefined ? [] : [`busiest ${times.toFixed(2)}× the mean`]),
    ...(slow === undefined ? [] : slowText(slow)),
  ];
  return {
    question: "stragglers",
    text: parts.join("; "),
    grade:
      balance === undefined
        ? undefined
        : balance >= BALANCE_GOOD
          ? "good"
          : balance < BALANCE_POOR
            ? "poor"
            : "watch",
  };
}

/** Characters of an item's preview in a summary. */
const PREVIEW_LENGTH = 40;

function slowText(slow: NonNullable<ToldRecord["slowest"]>[number]): readonly string[] {
  const [start, end, seconds] = [finite(slow.start), finite(slow.end), finite(slow.seconds)];
  if (start === undefined || end === undefined || seconds === undefined) return [];
  const which =
    end > start + 1
      ? `items ${countText(start)}–${countText(end - 1)}`
      : `item ${countText(start)}`;
  const preview = plainText(slow.preview, PREVIEW_LENGTH);
  const item = finite(slow.item);
  const one = item === undefined || end <= start + 1 ? "" : `, item ${countText(item)} most`;
  return [
    `slowest: ${which}, ${secondsText(seconds)}${one}${preview === undefined ? "" : ` (${preview})`}`,
  ];
}

function memory({ memory: m, routes, workers }: ToldRecord): Answer {
  const peak = finite(m?.peakResident);
  const read = finite(routes?.bytesRead);
  const copies = finite((routes?.broadcast as ToldRoute | undefined)?.copied);
  const count = Math.max(1, finite(workers) ?? 1);
  const spare = copies === undefined ? undefined : copies * (1 - 1 / count);
  const parts = [
    `peak ${told(peak, bytesText)}`,
    ...(copies === undefined || copies === 0 ? [] : [`${bytesText(copies)} in ${count} copies`]),
    ...(read === undefined || read === 0 ? [] : [`${bytesText(read)} read by workers`]),
  ];
  return {
    question: "memory",
    text: parts.join("; "),
    grade: gradeOf(share(spare, peak), COPIES_GOOD, COPIES_POOR),
  };
}

function gradeOf(part: number | undefined, good: number, poor: number): Grade | undefined {
  if (part === undefined) return undefined;
  return part < good ? "good" : part > poor ? "poor" : "watch";
}

function told(value: number | undefined, text: (value: number) => string): string {
  return value === undefined ? NOT_RECORDED : text(value);
}

/** Undefined unless all were recorded. */
function sumOf(...values: readonly unknown[]): number | undefined {
  const numbers = values.map(finite);
  return numbers.reduce(
    (sum, n) => (sum === undefined || n === undefined ? undefined : sum + n),
    0,
  );
}

function negative(value: unknown): number | undefined {
  const number = finite(value);
  return number === undefined ? undefined : -number;
}

function share(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined || !(whole > 0)) return undefined;
  return finite(part / whole);
}
