import type { Command } from "swath/cli";
import { addClassifyCommand } from "./cli/classify-command.ts";
import { addCompareRasterCommand } from "./cli/compare-raster-command.ts";
import { addInfoCommand } from "./cli/info-command.ts";
import { addSampleCommand } from "./cli/sample-command.ts";
import { addStatsCommand } from "./cli/stats-command.ts";

/** Adds the kit's commands below `swath raster`. */
export function addCommands(parent: Command): void {
  addInfoCommand(parent);
  addStatsCommand(parent);
  addClassifyCommand(parent);
  addSampleCommand(parent);
}

/** Adds the kit's comparisons below `swath compare`. */
export function addComparisons(parent: Command): void {
  addCompareRasterCommand(parent);
}
