/** The stretch of time that is shown, in seconds since the start of the job. */
export interface View {
  readonly from: number;
  readonly to: number;
}

/** Nothing shorter is recorded. */
const MIN_LENGTH_S = 2e-6;

export function wholeOf(wall: number): View {
  return { from: 0, to: Math.max(wall, MIN_LENGTH_S) };
}

/** Moves a view by `by` of its length, as far as the run goes. */
export function pan(view: View, wall: number, by: number): View {
  const length = view.to - view.from;
  return placed(view.from + by * length, length, wall);
}

/** Makes a view `factor` times as long; what is at `anchor` (0 to 1) stays there. */
export function zoom(view: View, wall: number, factor: number, anchor = 0.5): View {
  const length = view.to - view.from;
  const whole = wholeOf(wall);
  const next = Math.min(whole.to, Math.max(MIN_LENGTH_S, length * factor));
  return placed(view.from + anchor * (length - next), next, wall);
}

/** A view of `length` around a time. */
export function around(time: number, length: number, wall: number): View {
  const fitting = Math.min(wholeOf(wall).to, Math.max(MIN_LENGTH_S, length));
  return placed(time - fitting / 2, fitting, wall);
}

function placed(from: number, length: number, wall: number): View {
  const whole = wholeOf(wall);
  const start = Math.max(0, Math.min(from, whole.to - length));
  return { from: start, to: start + length };
}

/** Round times within a view, at most about `count` of them. */
export function ticksOf({ from, to }: View, count: number): readonly number[] {
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let n = Math.ceil(from / step); n * step <= to; n++) ticks.push(n * step);
  return ticks;
}
