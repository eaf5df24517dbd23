import { existsSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InvalidOptionError, messageOf, SwathError } from "../../plugin.ts";
import { publishNew } from "../../worker.ts";
import { isPlain, writeWhole } from "../write-whole.ts";
import { reportPath } from "./read-report.ts";

/** The system does not let a report be written. */
export class ReportWriteError extends SwathError {
  readonly code = "SWATH_REPORT_WRITE";
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`Cannot write ${path}: ${messageOf(cause)}`, { cause });
    this.path = path;
  }
}

/** Flags that say where a report goes. */
export interface PutFlags {
  /** @default stdout */
  readonly output?: string;
  readonly overwrite?: boolean;
}

/**
 * Refuses an output in no folder, that is one of the inputs, or that exists and may not be replaced.
 *
 * @throws InvalidOptionError
 */
export function assertPlace(inputs: readonly string[], { output, overwrite }: PutFlags): void {
  if (output === undefined) return;
  if (statSync(dirname(output), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new InvalidOptionError("--output", "a path in a folder that exists", output);
  }
  if (!existsSync(output)) return;
  const real = realpathSync(output);
  for (const input of inputs.map(reportPath)) {
    if (!existsSync(input) || realpathSync(input) !== real) continue;
    throw new InvalidOptionError("--output", "another file than the input", output);
  }
  if (isPlain(output) && !overwrite) throw taken(output);
}

/**
 * Puts a report where it was wanted. A file appears when it is whole.
 *
 * @throws ReportWriteError; nothing is left then, and a file that was there is as it was
 */
export function putReport(content: string, { output, overwrite }: PutFlags): void {
  if (output === undefined) return void process.stdout.write(content);
  try {
    if (isPlain(output)) putFile(content, output, overwrite);
    else writeFileSync(output, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "EEXIST" ? taken(output) : new ReportWriteError(output, error);
  }
  process.stderr.write(`wrote ${output}\n`);
}

function putFile(content: string, output: string, overwrite: boolean | undefined): void {
  // A symbolic link stays one: the file that it leads to is replaced.
  const path = existsSync(output) ? realpathSync(output) : output;
  const publish = overwrite ? renameSync : publishNew;
  writeWhole(path, content, (temporary) => publish(temporary, path));
}

function taken(output: string): InvalidOptionError {
  const hint = ". Add --overwrite to replace it";
  return new InvalidOptionError("--output", "a file that does not exist yet", output, hint);
}
