import { dirname, join, relative, resolve } from "node:path";
import { InvalidOptionError } from "swath/worker";
import { type ImageFormat, outputName } from "./image-names.ts";
import type { ListedFiles } from "./list-files.ts";

/** Where an image goes. */
export interface ImagePaths {
  readonly input: string;
  readonly output: string;
  readonly format: ImageFormat;
}

/**
 * The output of each file: below `out` as the file lies below the base of all, with the ending of
 * the format.
 *
 * @throws InvalidOptionError where two files would have the same output, or one would replace its
 *   input
 */
export function outputPaths(
  { paths, base }: ListedFiles,
  out: string,
  format: ImageFormat | "same",
): readonly ImagePaths[] {
  const inputs = new Set(paths);
  const owners = new Map<string, string>();
  return [...inputs].map((input) => {
    const named = outputName(relative(base, input), format);
    const output = join(resolve(out), named.name);
    const owner = owners.get(output);
    if (owner !== undefined) {
      const hint = `. "${owner}" and "${input}" would both become "${output}"; rename one, or do them in two runs`;
      throw new InvalidOptionError(
        "files",
        "names that stay apart without their endings",
        input,
        hint,
      );
    }
    if (inputs.has(output)) {
      throw new InvalidOptionError("out", "another folder than that of the images", out);
    }
    owners.set(output, input);
    return { input, output, format: named.format };
  });
}

/** The folders that the outputs lie in. */
export function foldersOf(images: readonly ImagePaths[]): readonly string[] {
  return [...new Set(images.map(({ output }) => dirname(output)))];
}
