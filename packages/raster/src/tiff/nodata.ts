import { type DType, INTEGER_RANGE } from "../dtype.ts";

/**
 * The value that marks a missing pixel, as a pixel of `dtype` would hold it.
 *
 * @returns undefined where `text` is no number, or none that a pixel can equal: out of the
 *   type's range, a fraction for integers, NaN for integers
 * @example
 * parseNodata("-3.4e+38", "float32"); // -3.3999999521443642e+38
 * parseNodata("-1", "uint8"); // undefined
 */
export function parseNodata(text: string | undefined, dtype: DType): number | undefined {
  const value = parseNumber(text?.trim() ?? "");
  if (value === undefined) return undefined;
  const range = INTEGER_RANGE[dtype];
  if (range !== undefined) {
    const fits = Number.isInteger(value) && value >= range[0] && value <= range[1];
    return fits ? value + 0 : undefined;
  }
  if (dtype === "float64" || !Number.isFinite(value)) return value;
  const rounded = Math.fround(value);
  return Number.isFinite(rounded) ? rounded : undefined;
}

/** A number as C's strtod would take it, "nan" and "inf" included. */
function parseNumber(text: string): number | undefined {
  if (/^[+-]?nan(\(.*\))?$/i.test(text) || /^-?1\.#(qnan|ind)/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/i.exec(text);
  return number === null ? undefined : Number(number[0]);
}
