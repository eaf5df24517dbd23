import { fileURLToPath } from "node:url";
import { runForJson } from "swath/cli";
import type { CellAnswer, CellRequest } from "./measure-cell.ts";

/** Measures a cell in a new process. */
export function runCell(request: CellRequest, signal: AbortSignal): Promise<CellAnswer> {
  const script = fileURLToPath(new URL("./cell-program.js", import.meta.url));
  const what = `The cell "${request.cell.id}"`;
  return runForJson(what, { script, args: [JSON.stringify(request)], signal });
}
