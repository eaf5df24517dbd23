import { useMemo } from "preact/hooks";
import { type Bar, logHistogram } from "../../figures/histogram.ts";
import { PHASES } from "../../figures/lanes.ts";
import { type Quantiles, quantilesOf } from "../../figures/quantiles.ts";
import { countText, secondsText } from "../../figures/units.ts";
import type { RunRecord, Spans } from "../../record.ts";
import { NotRecorded, Panel } from "../parts/panel.tsx";
import { TableScroll } from "../parts/table-scroll.tsx";

const LABELS = {
  decode: "decode input",
  read: "read",
  run: "your function",
  encode: "encode result",
} as const;
const COLUMNS = [
  ["min", "min"],
  ["p25", "25 %"],
  ["p50", "median"],
  ["p75", "75 %"],
  ["p95", "95 %"],
  ["max", "max"],
  ["sum", "sum"],
] as const;

/** How long chunks took, phase by phase. */
export function Durations({ record }: { readonly record: RunRecord }) {
  const { spans } = record;
  return (
    <Panel
      id="durations"
      title="How long chunks took"
      note="Seconds inside your function, on a logarithmic scale."
    >
      {spans === undefined || spans.recorded === 0 ? (
        <NotRecorded what="How long each chunk took" />
      ) : (
        <Distribution spans={spans} />
      )}
    </Panel>
  );
}

function Distribution({ spans }: { readonly spans: Spans }) {
  const { bars, zeros } = useMemo(() => logHistogram(spans.run), [spans]);
  const rows = useMemo(
    () => PHASES.map((phase) => ({ phase, quantiles: quantilesOf(spans[phase]) })),
    [spans],
  );
  return (
    <>
      <Histogram bars={bars} />
      {zeros > 0 && <p class="note">{countText(zeros)} chunks took less than could be measured.</p>}
      <TableScroll label="Times of each phase of a chunk">
        <table>
          <thead>
            <tr>
              <th scope="col">per chunk</th>
              {COLUMNS.map(([key, label]) => (
                <th scope="col" key={key}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(
              ({ phase, quantiles }) =>
                quantiles !== undefined && (
                  <tr key={phase}>
                    <th scope="row">{LABELS[phase]}</th>
                    {COLUMNS.map(([key]) => (
                      <td key={key}>{quantileText(quantiles, key)}</td>
                    ))}
                  </tr>
                ),
            )}
          </tbody>
        </table>
      </TableScroll>
    </>
  );
}

function quantileText(quantiles: Quantiles, key: keyof Quantiles): string {
  return secondsText(quantiles[key]);
}

const WIDTH = 560;
const HEIGHT = 130;
/** Room for the labels below. */
const FOOT = 20;

function Histogram({ bars }: { readonly bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = WIDTH / Math.max(1, bars.length);
  const every = Math.max(1, Math.ceil(bars.length / 6));
  const label = bars.map((b) => `${countText(b.count)} from ${secondsText(b.from)}`).join(", ");
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`} role="img" aria-label={label}>
      {bars.map(({ from, to, count }, i) => {
        const height = count === 0 ? 0 : Math.max(1.5, (HEIGHT * count) / most);
        return (
          <g key={from}>
            <rect
              class="bar-run"
              x={i * step + 1}
              y={HEIGHT - height}
              width={step - 2}
              height={height}
            >
              <title>{`${secondsText(from)} to ${secondsText(to)}: ${countText(count)} chunks`}</title>
            </rect>
            {i % every === 0 && (
              <text x={i * step} y={HEIGHT + FOOT - 4}>
                {secondsText(from)}
              </text>
            )}
          </g>
        );
      })}
      <line class="base" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
    </svg>
  );
}
