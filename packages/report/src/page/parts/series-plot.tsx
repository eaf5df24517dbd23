import { useLayoutEffect, useRef, useState } from "preact/hooks";
import UPlot from "uplot";
import { hatched } from "../hatch.ts";
import { onColours, type Palette, palette } from "../theme.ts";
import { tickText } from "../tick-text.ts";

/** A line over time, or the area below it. */
export interface Series {
  readonly label: string;
  readonly values: Float64Array;
  readonly colour: keyof Palette;
  readonly style: "area" | "hatched" | "line" | "dashed";
  /** Not worth a word where values are read out. */
  readonly quiet?: boolean;
}

interface SeriesPlotProps {
  /** What a reader who cannot see it should know. */
  readonly label: string;
  readonly at: Float64Array;
  /** The first is drawn first, below the others. */
  readonly series: readonly Series[];
  readonly top: number;
  readonly xText: (seconds: number) => string;
  readonly yText: (value: number) => string;
}

const HEIGHT_PX = 200;

/** Series over the time of the run, by uPlot. */
export function SeriesPlot(props: SeriesPlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number>();
  useLayoutEffect(() => {
    const element = place.current as HTMLDivElement;
    let plot: UPlot | undefined;
    const draw = () => {
      plot?.destroy();
      plot = makePlot(props, element, setAt);
    };
    draw();
    const stop = onColours(draw);
    const observer = new ResizeObserver(() =>
      plot?.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
    );
    observer.observe(element);
    return () => {
      stop();
      observer.disconnect();
      plot?.destroy();
    };
  }, [props.at, props.series]);
  return (
    <>
      <div class="plot" ref={place} role="img" aria-label={props.label} />
      <p class="readout" aria-hidden="true">
        {at === undefined ? "Point at the plot for its values." : readoutText(props, at)}
      </p>
    </>
  );
}

function readoutText({ at, series, xText, yText }: SeriesPlotProps, i: number): string {
  const values = series
    .filter(({ quiet }) => quiet !== true)
    .map(({ label, values }) => `${label} ${yText(values[i] as number)}`);
  return `At ${xText(at[i] as number)}: ${values.join(", ")}`;
}

function makePlot(
  { at, series, top, yText }: SeriesPlotProps,
  element: HTMLElement,
  onPoint: (i: number | undefined) => void,
): UPlot {
  const colours = palette();
  const axis = {
    stroke: colours.soft,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1, size: 4 },
    font: "12px system-ui, sans-serif",
  };
  return new UPlot(
    {
      width: element.clientWidth,
      height: HEIGHT_PX,
      padding: [8, 12, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      legend: { show: false },
      hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
      scales: { x: { time: false }, y: { range: [0, top] } },
      axes: [
        {
          ...axis,
          size: 30,
          values: (_, ticks, _axis, _space, step) => ticks.map((t) => tickText(t, step)),
        },
        { ...axis, size: 64, values: (_, ticks) => ticks.map(yText) },
      ],
      series: [{}, ...series.map((one) => seriesOptions(one, colours))],
    },
    [at, ...series.map(({ values }) => values)] as unknown as UPlot.AlignedData,
    element,
  );
}

function seriesOptions({ label, colour, style }: Series, colours: Palette): UPlot.Series {
  const points = { show: false };
  const stroke = colours[colour];
  if (style === "line" || style === "dashed") {
    return { label, points, stroke, width: 2, ...(style === "dashed" && { dash: [6, 4] }) };
  }
  const fill = style === "area" ? stroke : hatched(stroke, colours.ink);
  return { label, points, stroke, width: 0, fill: () => fill };
}
