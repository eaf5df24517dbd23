import { useMemo } from "preact/hooks";
import { concurrencyOf } from "../../figures/concurrency.ts";
import type { Lane } from "../../figures/lanes.ts";
import { secondsText } from "../../figures/units.ts";
import type { RunRecord } from "../../record.ts";
import { Legend } from "../parts/legend.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";
import { type Series, SeriesPlot } from "../parts/series-plot.tsx";
import { SeriesTable } from "../parts/series-table.tsx";

/** Stretches of time that means are taken of. */
const BINS = 240;
/** Shorter runs are damage. */
const MIN_WALL_S = 1e-6;

interface ConcurrencyProps {
  readonly record: RunRecord;
  readonly lanes: readonly Lane[];
}

/** How many workers did what over time. */
export function ConcurrencyPlot({ record, lanes }: ConcurrencyProps) {
  const { wall, workers, spans } = record;
  const sampled = spans !== undefined && spans.recorded < spans.count;
  const data = useMemo(
    () => (wall !== undefined && wall > MIN_WALL_S ? concurrencyOf(lanes, wall, BINS) : undefined),
    [lanes, wall],
  );
  const series = useMemo(() => seriesOf(data, sampled ? 0 : (workers ?? 0)), [data, workers]);
  const known = lanes.length > 0 && data !== undefined && workers !== undefined;
  return (
    <Panel
      id="concurrency"
      title="Workers at work"
      note={
        sampled
          ? "Of the recorded chunks, which are a sample: waiting cannot be told."
          : "Over the time of the run."
      }
    >
      {known ? (
        <>
          <SeriesPlot
            label={`Of ${workers} workers, ${mean(data.run).toFixed(1)} were inside your function and ${mean(data.moving).toFixed(1)} were moving data in the mean`}
            at={data.at}
            series={series}
            top={
              sampled ? Math.max(...series.flatMap(({ values }) => Math.max(...values))) : workers
            }
            xText={secondsText}
            yText={(y) => (Number.isInteger(y) ? String(y) : y.toFixed(1))}
          />
          <Legend
            entries={[
              ["run", "inside your function"],
              ["gc", "garbage collection"],
              ["moving", "moving data"],
              ...(sampled ? [] : [["wait", "waiting"] as const]),
            ]}
          />
          <SeriesTable
            label="Workers at work"
            at={data.at}
            columns={[
              ["inside your function", data.run],
              ["garbage collection", data.gc],
              ["moving data", data.moving],
            ]}
            xText={secondsText}
            yText={(y) => y.toFixed(2)}
          />
        </>
      ) : (
        <NotRecorded what="When each chunk ran" />
      )}
    </Panel>
  );
}

function seriesOf(
  data: ReturnType<typeof concurrencyOf> | undefined,
  workers: number,
): readonly Series[] {
  if (data === undefined) return [];
  const { run, gc, moving } = data;
  const inside = run.map((value, i) => value + (gc[i] as number));
  const busy = inside.map((value, i) => value + (moving[i] as number));
  const all = new Float64Array(busy.length).fill(workers);
  return [
    ...(workers > 0
      ? [{ label: "workers", values: all, colour: "wait", style: "area", quiet: true } as const]
      : []),
    { label: "busy", values: busy, colour: "decode", style: "hatched" },
    { label: "with garbage collection", values: inside, colour: "gc", style: "area", quiet: true },
    { label: "inside your function", values: run, colour: "run", style: "area" },
  ];
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
