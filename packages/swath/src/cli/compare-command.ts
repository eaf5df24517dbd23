import type { Command } from "commander";
import { addCompareScript } from "./compare/compare-script.ts";
import { KITS, loadKit } from "./kits.ts";

/** `swath compare script.ts`, and the comparisons of the kits. */
export async function addCompare(command: Command): Promise<void> {
  const wanted = process.argv.slice(2).find((word) => KITS.some((kit) => kit.command === word));
  for (const kit of KITS) {
    if (kit.comparison === undefined) continue;
    if (wanted === kit.command) (await loadKit(kit)).addComparisons?.(command);
    else command.command(kit.command).description(kit.comparison);
  }
  addCompareScript(command.enablePositionalOptions());
}
