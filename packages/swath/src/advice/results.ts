import { bytesText, secondsText } from "../report/units.ts";
import type { Rule } from "./rule.ts";

/** Columns must keep this share of what is saved if nothing comes back at all. */
const COLUMNS_SHARE = 0.8;

/** Results cost more to bring back than they need to. */
export const heavyResults: Rule = {
  id: "SW203",
  find: ({ run, record, actual, predict }) => {
    const { results, driverDecode } = run;
    if (results === undefined || record.options?.["results"] === "columns") return undefined;
    const bytes = results.copied + results.moved;
    const encode = record.serialization?.workerEncode ?? 0;
    if (bytes <= 0) return undefined;
    const columns = actual.wall - predict({ results: "columns" }).wall;
    const stay = actual.wall - predict({ results: "stay" }).wall;
    const isColumns = columns >= COLUMNS_SHARE * stay;
    return {
      title: isColumns
        ? "Results are rebuilt one by one in the caller's thread"
        : "Results could stay with the workers",
      evidence:
        `${bytesText(bytes)} of results: ${secondsText(encode)} of the workers' time to send them, ` +
        `${secondsText(driverDecode)} of the caller's thread to receive them`,
      change: isColumns
        ? '{ results: "columns" }: typed arrays, and rows only when they are looked at'
        : "reduce(items, fold, { initial, combine }), or { into: array } in shared memory",
      saving: { results: isColumns ? "columns" : "stay" },
      uncertainty: 0.2,
    };
  },
};
