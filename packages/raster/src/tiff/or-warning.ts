import { isSwathError } from "swath/worker";

/**
 * What `read` gives. Where the file is damaged there, undefined, and the reason joins
 * `warnings`: for parts that the pixels are good without.
 */
export function orWarning<T>(warnings: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isSwathError(error, "SWATH_RASTER_FILE")) throw error;
    warnings.push(`${error.message}. It is ignored`);
    return undefined;
  }
}
