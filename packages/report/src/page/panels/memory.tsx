import { useMemo } from "preact/hooks";
import { bytesText, secondsText } from "../../figures/units.ts";
import type { RunRecord } from "../../record.ts";
import { Figure } from "../parts/figure.tsx";
import { Legend } from "../parts/legend.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";
import { type Series, SeriesPlot } from "../parts/series-plot.tsx";
import { SeriesTable } from "../parts/series-table.tsx";

/** Memory over time. */
export function MemoryPlot({ record }: { readonly record: RunRecord }) {
  const { memory } = record;
  const samples = memory?.samples;
  const series = useMemo<readonly Series[]>(
    () =>
      samples === undefined
        ? []
        : [
            { label: "resident", values: samples.resident, colour: "accent", style: "line" },
            ...(samples.heapUsed === undefined ? [] : [heapSeries(samples.heapUsed)]),
          ],
    [samples],
  );
  const top = 1.1 * Math.max(1, ...series.map(({ values }) => highest(values)));
  return (
    <Panel
      id="memory"
      title="Memory"
      note={
        <>
          Peak of the whole process:{" "}
          <Figure field="memory.peakResident" value={memory?.peakResident} text={bytesText} />.
        </>
      }
    >
      {samples === undefined || samples.at.length === 0 ? (
        <NotRecorded what="Memory over time" />
      ) : (
        <>
          <SeriesPlot
            label={`Resident memory over time, at most ${bytesText(highest(samples.resident))}`}
            at={samples.at}
            series={series}
            top={top}
            xText={secondsText}
            yText={bytesText}
          />
          <Legend
            entries={[
              ["line-accent", "resident"],
              ...(samples.heapUsed === undefined ? [] : [["line-gc", "JavaScript heap"] as const]),
            ]}
          />
          <SeriesTable
            label="Memory"
            at={samples.at}
            columns={series.map(({ label, values }) => [label, values])}
            xText={secondsText}
            yText={bytesText}
          />
        </>
      )}
    </Panel>
  );
}

function heapSeries(values: Float64Array): Series {
  return { label: "JavaScript heap", values, colour: "gc", style: "dashed" };
}

function highest(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}
