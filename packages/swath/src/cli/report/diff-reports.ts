import { bytesText, countText, previewOf, secondsText, type ToldRecord } from "../../plugin.ts";
import type { Sheet } from "../sheet/sheet.ts";

/** One figure of two records. */
export interface FigureDiff {
  /** Where it is in the record, as `efficiency.parallel`. */
  readonly figure: string;
  /** In the record's units; undefined where it has none. */
  readonly a: number | undefined;
  readonly b: number | undefined;
  /** b over a; undefined where it has no meaning. */
  readonly ratio: number | undefined;
}

/** Parts of a record that are compared, in the order in which they are shown. */
const PARTS = [
  "wall",
  "items",
  "workers",
  "speedup",
  "efficiency",
  "computeScaling",
  "buckets",
  "ratio",
  "serialization",
  "stragglers",
  "memory",
  "chunks",
  "routes",
  "driver",
  "helpers",
  "io",
  "overhead",
] as const;

/** Every figure that one of two records has, and their ratio. */
export function diffReports(a: ToldRecord, b: ToldRecord): readonly FigureDiff[] {
  const [ofA, ofB] = [figuresOf(a), figuresOf(b)];
  const names = new Set([...ofA.keys(), ...ofB.keys()]);
  const order = (name: string) => PARTS.findIndex((part) => part === name.split(".")[0]);
  return [...names]
    .sort((one, other) => order(one) - order(other))
    .map((figure) => {
      const [x, y] = [ofA.get(figure), ofB.get(figure)];
      const ratio = x === undefined || y === undefined || x === 0 ? undefined : y / x;
      return { figure, a: x, b: y, ratio };
    });
}

/** Two records side by side. */
export function diffSheet(
  [nameA, a]: readonly [name: string, record: ToldRecord],
  [nameB, b]: readonly [name: string, record: ToldRecord],
): Sheet {
  const rows = diffReports(a, b).map(({ figure, a: x, b: y, ratio }) => [
    figure,
    textOf(figure, x),
    textOf(figure, y),
    ratio === undefined ? "" : `${ratio.toFixed(2)} ×`,
  ]);
  const different = (["task", "items"] as const).filter((name) => a[name] !== b[name]);
  return {
    title: "two runs, figure by figure",
    facts: [`A: ${nameA}`, `B: ${nameB}`],
    tables: [
      { caption: headline(a, b, different.length === 0), header: ["", "A", "B", "B over A"], rows },
    ],
    notes:
      different.length === 0
        ? []
        : [`Not the same loop: ${different.map((name) => differenceText(name, a, b)).join("; ")}.`],
  };
}

function headline({ wall: a }: ToldRecord, { wall: b }: ToldRecord, isSameLoop: boolean): string {
  // How much faster one loop is than another says nothing.
  if (!isSameLoop) return "two different loops";
  if (typeof a !== "number" || typeof b !== "number" || a <= 0 || b <= 0) {
    return "how long one of them took was not recorded";
  }
  const times = b <= a ? a / b : b / a;
  if (times < 1.005) return "B took as long as A";
  return `B was ${times.toFixed(2)} times as ${b <= a ? "fast" : "slow"} as A`;
}

function differenceText(name: "task" | "items", a: ToldRecord, b: ToldRecord): string {
  return `${name} ${previewOf(a[name])} and ${previewOf(b[name])}`;
}

function figuresOf(record: ToldRecord): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const visit = (path: string, value: unknown, depth: number) => {
    if (typeof value === "number" && Number.isFinite(value)) found.set(path, value);
    // Columns of samples are no figures.
    if (typeof value !== "object" || value === null || Array.isArray(value) || depth === 0) return;
    for (const [name, part] of Object.entries(value)) {
      // A damaged file may have anything for a name, and a terminal obeys what it is shown.
      if (/^\w{1,40}$/.test(name)) visit(`${path}.${name}`, part, depth - 1);
    }
  };
  for (const part of PARTS) visit(part, (record as Record<string, unknown>)[part], 2);
  return found;
}

const BYTES = /(^|\.)(bytes\w*|peakResident|copied|arrays|moved|clone|json|columns)$/;
const SECONDS = /^(wall|buckets\..*)$|(Done|idle|seconds|Encode|Decode)$/;

function textOf(figure: string, value: number | undefined): string {
  if (value === undefined) return "not recorded";
  if (BYTES.test(figure)) return bytesText(value);
  if (SECONDS.test(figure)) return secondsText(value);
  return Number.isInteger(value) ? countText(value) : value.toPrecision(3);
}
