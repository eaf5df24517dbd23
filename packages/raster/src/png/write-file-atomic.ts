import { OutputFile } from "../tiff/write/output-file.ts";

/**
 * Writes a file that is either there with all its bytes or not at all: under a temporary
 * name first, then renamed. A file of that name is replaced.
 *
 * @throws RasterWriteError with what to do; nothing partial is left
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  const file = OutputFile.create(path);
  file.writeAt(bytes, 0);
  await file.commit();
}
