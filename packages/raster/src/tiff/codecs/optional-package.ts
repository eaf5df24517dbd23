import { RasterUnsupportedError } from "../../errors.ts";
import { compressionName } from "../compressions.ts";
import type { TiffImage } from "../image.ts";

/**
 * Load a package that is installed only by those who need it.
 *
 * @throws RasterUnsupportedError that names the package and how to install it
 */
export async function importOptional<T>(
  name: string,
  image: Pick<TiffImage, "path" | "compression">,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new RasterUnsupportedError(
      image.path,
      `${compressionName(image.compression)} without the optional package \`${name}\``,
      `Install it: npm install ${name}`,
      { cause },
    );
  }
}
