import { readFileSync } from "node:fs";

const FILE = new URL("fixtures/report-1.json", import.meta.url);

/** What swath 0.1.0 wrote of a run: the oldest record that there is. It must open for ever. */
export function realRecord(): object {
  return JSON.parse(readFileSync(FILE, "utf8")) as object;
}
