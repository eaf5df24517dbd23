/**
 * A nodata value as GDAL prints it into tag 42113: `%.17g` of C, so that the text gives the
 * number back exactly; whole numbers plain; "nan", "inf", "-inf".
 *
 * @example
 * nodataText(-32768); // "-32768"
 * nodataText(-3.4028234663852886e38); // "-3.4028234663852886e+38"
 */
export function nodataText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  const [digits = "", exponentText = ""] = value.toExponential(SIGNIFICANT - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < SIGNIFICANT) {
    return trimZeros(value.toFixed(SIGNIFICANT - 1 - exponent));
  }
  const sign = exponent < 0 ? "-" : "+";
  return `${trimZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Decimal digits that tell any two doubles apart. */
const SIGNIFICANT = 17;

function trimZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
