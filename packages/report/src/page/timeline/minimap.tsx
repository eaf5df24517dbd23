import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { concurrencyOf } from "../../figures/concurrency.ts";
import type { Lane } from "../../figures/lanes.ts";
import { onColours, palette } from "../theme.ts";
import { around, type View } from "./view.ts";

interface MinimapProps {
  readonly lanes: readonly Lane[];
  readonly wall: number;
  readonly view: View;
  readonly onView: (view: View) => void;
}

const BINS = 600;
const HEIGHT = 28;

/** The whole run, and which part of it the timeline shows; a click goes there. */
export function Minimap({ lanes, wall, view, onView }: MinimapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const busy = useMemo(() => concurrencyOf(lanes, wall, BINS), [lanes, wall]);
  useLayoutEffect(() => {
    const draw = () => drawBusy(canvas.current as HTMLCanvasElement, busy, lanes.length);
    draw();
    return onColours(draw);
  }, [busy]);
  const percent = (time: number) => `${(100 * time) / wall}%`;
  const go = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const time = ((event.clientX - left) / width) * wall;
    onView(around(time, view.to - view.from, wall));
  };
  return (
    <div class="minimap" aria-hidden="true" onPointerDown={go} onPointerMove={go}>
      <canvas ref={canvas} width={BINS} height={HEIGHT} />
      <span
        class="window"
        style={{ left: percent(view.from), width: percent(view.to - view.from) }}
      />
    </div>
  );
}

function drawBusy(
  canvas: HTMLCanvasElement,
  { run, moving }: ReturnType<typeof concurrencyOf>,
  workers: number,
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const colours = palette();
  context.fillStyle = colours.wait;
  context.fillRect(0, 0, BINS, HEIGHT);
  for (let x = 0; x < BINS; x++) {
    const high = ((run[x] as number) / workers) * HEIGHT;
    const more = ((moving[x] as number) / workers) * HEIGHT;
    context.fillStyle = colours.run;
    context.fillRect(x, HEIGHT - high, 1, high);
    context.fillStyle = colours.decode;
    context.fillRect(x, HEIGHT - high - more, 1, more);
  }
}
