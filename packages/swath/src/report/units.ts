/** "1,538,637,000" */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** Seconds as people read them: "12 ns", "850 µs", "12.3 ms", "4.21 s", "2:05 min". */
export function secondsText(seconds: number): string {
  if (seconds > 0 && seconds < 1e-6) return `${(seconds * 1e9).toFixed(0)} ns`;
  if (seconds > 0 && seconds < 1e-5) return `${(seconds * 1e6).toFixed(1)} µs`;
  if (seconds < 1e-3) return `${(seconds * 1e6).toFixed(0)} µs`;
  if (seconds < 1) return `${(seconds * 1e3).toFixed(1)} ms`;
  if (seconds < 120) return `${seconds.toFixed(2)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")} min`;
}

/** Decimal units, as disks and networks count: "3.09 GB". */
export function bytesText(bytes: number): string {
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
  return `${(share * 100).toFixed(1)} %`;
}

/** "5.36×" */
export function timesText(times: number): string {
  return `${times < 100 ? times.toFixed(2) : countText(Math.round(times))}×`;
}

/** What stands where a record says nothing. */
export const NOT_RECORDED = "not recorded";
