/** A time on an axis whose ticks are `step` apart: no more digits than tell them apart. */
export function tickText(time: number, step: number): string {
  const [scale, unit] = step >= 0.1 ? [1, "s"] : step >= 1e-4 ? [1e3, "ms"] : [1e6, "µs"];
  const digits = Math.max(0, -Math.floor(Math.log10(step * (scale as number)) + 1e-9));
  return `${(time * (scale as number)).toFixed(Math.min(6, digits))} ${unit}`;
}
