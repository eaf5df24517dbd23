/** No second, byte or item is counted so far; what is larger is damage. */
const MAX_NUMBER = 1e18;

/** The number, unless it is none. */
export function finite(value: unknown): number | undefined {
  return typeof value === "number" && Math.abs(value) <= MAX_NUMBER ? value : undefined;
}

/** Characters of a text of a record that are shown. */
const MAX_TEXT = 400;

/**
 * Text in one line that a terminal shows and does not obey: what would move the cursor, change
 * colours or turn the direction of writing is spelt out. Undefined for what is no text.
 */
export function plainText(value: unknown, max = MAX_TEXT): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const cut = value.length > max ? `${value.slice(0, max - 1)}…` : value;
  return cut.replaceAll(OBEYED, (found) => {
    const code = found.codePointAt(0) as number;
    return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
  });
}

/** Control characters, separators of lines, marks of direction, and halves of pairs. */
const OBEYED =
  /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** The entries that are objects, of what should be a list. */
export function objectsIn<T extends object>(value: readonly T[] | undefined): readonly T[] {
  if (!Array.isArray(value)) return [];
  return value.filter((entry) => typeof entry === "object" && entry !== null);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
