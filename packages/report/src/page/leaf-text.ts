import { bytesText, countText, secondsText } from "../figures/units.ts";
import type { Leaf } from "../record.ts";

/** A value of a map whose keys are not known beforehand; the key's name tells its unit. */
export function leafText(key: string, value: Leaf): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (/bytes|resident|memory|(?:copied|moved|shared)$/i.test(key) && value >= 0)
    return bytesText(value);
  if (/(?:seconds|wall)$/i.test(key)) return secondsText(value);
  if (/(?:\bms|Ms)$/.test(key)) return secondsText(value / 1e3);
  return Number.isInteger(value) ? countText(value) : String(value);
}
