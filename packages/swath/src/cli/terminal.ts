import type { TextStyle } from "../plugin.ts";

/** When colours are used. */
export type ColourWhen = "auto" | "always" | "never";

/** How texts look on a stream: its width, whether it takes colours, and more than ASCII. */
export function styleOf(stream: NodeJS.WriteStream, when: ColourWhen = "auto"): TextStyle {
  return {
    // 0 where a terminal does not know.
    columns: stream.columns || undefined,
    colour: hasColour(stream, when),
    unicode: knowsUnicode(),
  };
}

/** `--color`, then `FORCE_COLOR`, then `NO_COLOR`, then whether it is a terminal. */
function hasColour(stream: NodeJS.WriteStream, when: ColourWhen): boolean {
  if (when !== "auto") return when === "always";
  const { FORCE_COLOR: force, NO_COLOR: no, TERM } = process.env;
  // As Node reads them: FORCE_COLOR counts as soon as it is set, NO_COLOR only with a value.
  if (force !== undefined) return force !== "0" && force !== "false";
  if (no !== undefined && no !== "") return false;
  return stream.isTTY === true && TERM !== "dumb";
}

/**
 * Whether what reads the output shows more than ASCII. A locale that says otherwise counts, a
 * missing one does not: containers and builds have none, and their logs are UTF-8.
 */
export function knowsUnicode(): boolean {
  const { TERM, LC_ALL, LC_CTYPE, LANG, WT_SESSION, TERM_PROGRAM, CI } = process.env;
  if (process.platform === "win32") {
    return Boolean(WT_SESSION || TERM_PROGRAM || CI) || TERM?.startsWith("xterm") === true;
  }
  if (TERM === "linux" || TERM === "dumb") return false;
  const locale = LC_ALL || LC_CTYPE || LANG;
  return !locale || /utf-?8/i.test(locale);
}
