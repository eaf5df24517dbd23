import { bytesText, countText, secondsText } from "./units.ts";

/** What is said of a loop before it runs. */
interface Explained {
  readonly task: string;
  readonly source: string;
  readonly items: number | undefined;
  readonly workers: number;
  readonly schedule: string;
  readonly begins: string;
  readonly why: string;
  readonly start: number;
  readonly found: string | undefined;
  readonly refusal: string | undefined;
  readonly warning: string | undefined;
  readonly input: ExplainedWay;
  readonly broadcast: ExplainedWay;
  readonly results: ExplainedWay;
}

interface ExplainedWay {
  readonly route: string;
  readonly bytes: number | undefined;
  readonly encode: number | undefined;
  readonly decode: number | undefined;
  readonly why: string;
}

/** An explanation for a terminal: a line for each thing that is decided. */
export function explanationText(explained: Explained): string {
  const { task, source, items, workers, schedule, begins, why, start } = explained;
  const count = items === undefined ? "items" : `${countText(items)} item${items === 1 ? "" : "s"}`;
  const threads = workers === 0 ? "no threads" : `${workers} thread${workers === 1 ? "" : "s"}`;
  return [
    `${task} over ${count} of kind ${source}: ${threads}, schedule ${schedule}`,
    `  begins      ${begins}: ${why}`,
    ...(workers === 0 ? [] : [`  function    ${functionText(explained)}`]),
    ...(explained.warning === undefined ? [] : [`  warning     ${explained.warning}`]),
    `  items       ${wayText(explained.input)}`,
    `  broadcast   ${wayText(explained.broadcast)}`,
    `  results     ${wayText(explained.results)}`,
    ...(workers === 0 ? [] : [`  start       ${secondsText(start / 1e3)} until threads are ready`]),
  ].join("\n");
}

function functionText({ found, refusal }: Explained): string {
  return refusal === undefined ? `${found}` : `threads cannot have it: ${refusal}`;
}

function wayText({ route, bytes, encode, decode, why }: ExplainedWay): string {
  if (route === "none") return why;
  if (bytes === 0 || bytes === undefined) return `${route}: ${why}`;
  const ms = (value: number | undefined) => secondsText((value ?? 0) / 1e3);
  return `${route}, ~${bytesText(bytes)}, ~${ms(encode)} to send, ~${ms(decode)} to receive: ${why}`;
}
