import { failureError, type ImageSize } from "../errors.ts";
import { decodeFailure, ImageReader } from "./image-reader.ts";

/**
 * The size that all images are to have: as wanted, else that of the first, as it is shown.
 *
 * @throws ImageFileError if it cannot be read; with `onError: "skip"` if none can
 */
export async function sizeOfFirst(
  paths: readonly string[],
  wanted: {
    readonly width: number | undefined;
    readonly height: number | undefined;
    readonly onError: "stop" | "skip";
  },
): Promise<ImageSize> {
  const { width, height, onError } = wanted;
  if (width !== undefined && height !== undefined) return { width, height };
  const reader = new ImageReader();
  let error: unknown;
  for (const path of paths) {
    try {
      return await reader.sizeOf(reader.load(path));
    } catch (cause) {
      error = failureError(decodeFailure(path, cause).failure);
      if (onError === "stop") break;
    }
  }
  throw error;
}
