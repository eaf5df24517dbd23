import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InvalidOptionError, messageOf } from "../../plugin.ts";
import { writeNew } from "../write-new.ts";
import type { Sheet } from "./sheet.ts";
import { sheetHtml } from "./sheet-html.ts";
import { sheetMarkdown } from "./sheet-markdown.ts";

/** Where a sheet goes beside the terminal. */
export interface SheetTarget {
  readonly form: "html" | "md";
  readonly path: string;
}

/**
 * Reads `--report html`, `--report md:figures.md` and the like.
 *
 * @param name of the file without its ending, where none is given
 * @throws InvalidOptionError before anything is measured
 */
export function sheetTarget(text: string | undefined, name: string): SheetTarget | undefined {
  if (text === undefined) return undefined;
  const [, form, path] = /^(html|md)(?::(.+))?$/.exec(text) ?? [];
  if (form !== "html" && form !== "md") {
    throw new InvalidOptionError("--report", '"html" or "md", as html:figures.html', text);
  }
  const target = resolve(path ?? `${name}.${form}`);
  const folder = statSync(dirname(target), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true) {
    throw new InvalidOptionError("--report", "a path in a folder that exists", target);
  }
  return { form, path: target };
}

/** Writes the sheet. A file that cannot be written is told, and loses none of the figures. */
export function writeSheet(sheet: Sheet, target: SheetTarget | undefined): void {
  if (target === undefined) return;
  try {
    const text = target.form === "html" ? sheetHtml(sheet) : sheetMarkdown(sheet);
    process.stderr.write(`wrote ${writeNew(target.path, text)}\n`);
  } catch (error) {
    process.stderr.write(`swath: Cannot write ${target.path}: ${messageOf(error)}\n`);
  }
}
