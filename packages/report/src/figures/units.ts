/** What stands where a record says nothing. */
export const NOT_RECORDED = "not recorded";

/** "1,538,637,000"; like all texts of this file, what is no number reads "not recorded". */
export function countText(count: number): string {
  if (!Number.isFinite(count)) return NOT_RECORDED;
  return count.toLocaleString("en-US");
}

/** Seconds as people read them: "850 µs", "12.3 ms", "4.21 s", "2:05 min". */
export function secondsText(seconds: number): string {
  if (!Number.isFinite(seconds)) return NOT_RECORDED;
  const size = Math.abs(seconds);
  if (size < 5e-7) return "0 s";
  if (size < 1e-3) return `${(seconds * 1e6).toFixed(0)} µs`;
  if (size < 1) return `${(seconds * 1e3).toFixed(1)} ms`;
  if (size < 120) return `${seconds.toFixed(2)} s`;
  const whole = Math.round(size);
  const sign = seconds < 0 ? "-" : "";
  return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} min`;
}

/** Decimal units, as disks and networks count: "3.09 GB". */
export function bytesText(bytes: number): string {
  if (!Number.isFinite(bytes)) return NOT_RECORDED;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** "72.0 %" */
export function percentText(share: number): string {
  if (!Number.isFinite(share)) return NOT_RECORDED;
  return `${(share * 100).toFixed(1)} %`;
}

/** "0.89" */
export function factorText(factor: number): string {
  if (!Number.isFinite(factor)) return NOT_RECORDED;
  return factor.toFixed(2);
}

/** "5.36×" */
export function timesText(times: number): string {
  if (!Number.isFinite(times)) return NOT_RECORDED;
  return `${times < 100 ? times.toFixed(2) : countText(Math.round(times))}×`;
}
