import type { Command } from "commander";
import { InvalidOptionError, messageOf } from "../plugin.ts";

/** A package that brings commands of its own. */
export interface Kit {
  readonly command: string;
  readonly description: string;
  readonly packageName: string;
  /** What it brings to `swath compare`; undefined where that is nothing. */
  readonly comparison?: string;
}

/** The `cli` door of a kit. */
export interface KitCommands {
  /** Adds the kit's commands below its own. */
  addCommands(parent: Command): void;
  /** Adds the comparisons that the kit brings below `swath compare`. */
  addComparisons?(parent: Command): void;
}

/** Kits that the command line knows; loaded only when they are asked for. */
export const KITS: readonly Kit[] = [
  {
    command: "raster",
    description: "read, classify and write GeoTIFF rasters",
    packageName: "@swath/raster",
    comparison: "one raster, classified by every way of cutting it and bringing it to workers",
  },
  {
    command: "images",
    description: "thumbnails of many images",
    packageName: "@swath/images",
  },
];

/** @throws InvalidOptionError with the way to get the kit if it is not installed */
export async function loadKit({ command, packageName }: Kit): Promise<KitCommands> {
  try {
    return (await import(`${packageName}/cli`)) as KitCommands;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The quotes tell the kit from a package that it needs itself and cannot find.
    const missing =
      code === "ERR_MODULE_NOT_FOUND" && messageOf(error).includes(`'${packageName}'`);
    if (!missing) throw error;
    throw new InvalidOptionError(
      command,
      "an installed kit",
      packageName,
      `. Get it with: npm install ${packageName}`,
    );
  }
}
