import { useMemo } from "preact/hooks";
import { costAlongInput, type Stretch } from "../../figures/along-input.ts";
import { quantilesOf } from "../../figures/quantiles.ts";
import { countText, secondsText } from "../../figures/units.ts";
import type { RunRecord } from "../../record.ts";
import { NotRecorded, Panel } from "../parts/panel.tsx";

const STRETCHES = 140;
const WIDTH = 560;
const HEIGHT = 180;
/** Room for marks above and labels below. */
const HEAD = 18;
const FOOT = 20;

/** Where in the input the work is. */
export function AlongInput({ record }: { readonly record: RunRecord }) {
  const { spans } = record;
  const stretches = useMemo(
    () => (spans === undefined ? [] : costAlongInput(spans, STRETCHES)),
    [spans],
  );
  return (
    <Panel
      id="along-input"
      title="Cost along the input"
      note="Time of an item inside your function, from the first item to the last: bars are means, dots the dearest chunk, triangles those off the scale."
    >
      {stretches.length === 0 ? (
        <NotRecorded what="What each item cost" />
      ) : (
        <Chart stretches={stretches} />
      )}
    </Panel>
  );
}

/** What is this many times as dear as nearly all the others is marked at the top instead. */
const OUTLIER = 3;

function Chart({ stretches }: { readonly stretches: readonly Stretch[] }) {
  const known = stretches.filter(({ mean }) => !Number.isNaN(mean));
  const usual = quantilesOf(Float64Array.from(known, ({ max }) => max))?.p95 ?? 0;
  const dearest = known.reduce((a, b) => (b.max > a.max ? b : a));
  const top = Math.min(dearest.max, OUTLIER * usual);
  const y = (seconds: number) =>
    top > 0 ? HEIGHT - (HEIGHT - HEAD) * (Math.min(top, seconds) / top) : HEIGHT;
  const step = WIDTH / stretches.length;
  const items = stretches.at(-1)?.end ?? 0;
  const label = `The dearest chunk is between items ${countText(dearest.start)} and ${countText(dearest.end)}, at ${secondsText(dearest.max)} an item`;
  return (
    <>
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`} role="img" aria-label={label}>
        {stretches.map((stretch, i) =>
          Number.isNaN(stretch.mean) ? null : (
            <Column
              key={stretch.start}
              stretch={stretch}
              x={i * step}
              width={step}
              y={y}
              top={top}
            />
          ),
        )}
        <line class="base" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        <text x="0" y="12">
          {secondsText(top)}
        </text>
        <text x="0" y={HEIGHT + FOOT - 4}>
          item 0
        </text>
        <text x={WIDTH} y={HEIGHT + FOOT - 4} text-anchor="end">
          {countText(items)}
        </text>
      </svg>
      <p class="note">{label}.</p>
    </>
  );
}

interface ColumnProps {
  readonly stretch: Stretch;
  readonly x: number;
  readonly width: number;
  readonly y: (seconds: number) => number;
  readonly top: number;
}

function Column({ stretch: { start, mean, max }, x, width, y, top }: ColumnProps) {
  const text = `from item ${countText(start)}: mean ${secondsText(mean)}, at most ${secondsText(max)}`;
  const middle = x + width / 2;
  return (
    <g>
      <rect
        class="bar-run"
        x={x + 0.5}
        y={Math.min(y(mean), HEIGHT - 1)}
        width={Math.max(1, width - 1)}
        height={Math.max(1, HEIGHT - y(mean))}
      />
      {max > top ? (
        <path class="dot" d={`M${middle - 5} ${HEAD} h10 l-5 -9 z`}>
          <title>{text}</title>
        </path>
      ) : (
        <circle class="dot" cx={middle} cy={y(max)} r="1.8">
          <title>{text}</title>
        </circle>
      )}
    </g>
  );
}
