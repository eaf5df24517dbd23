import { factorText, percentText, secondsText } from "../../figures/units.ts";
import { type WaterfallStep, waterfallOf } from "../../figures/waterfall.ts";
import type { RunRecord } from "../../record.ts";
import { Figure } from "../parts/figure.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";
import { TableScroll } from "../parts/table-scroll.tsx";

/** From the workers there were down to the speed-up there was: what took the rest. */
export function Waterfall({ record }: { readonly record: RunRecord }) {
  const steps = waterfallOf(record);
  const { efficiency } = record;
  return (
    <Panel
      id="waterfall"
      title="Where the speed went"
      size="most"
      note="Every second of every worker is in exactly one row. A loss is shown in workers that it kept from useful work."
    >
      {steps.length === 0 ? (
        <NotRecorded what="Where the workers’ time went" />
      ) : (
        <TableScroll label="Where the speed went">
          <table class="waterfall">
            <thead>
              <tr>
                <th scope="col">step</th>
                <th scope="col" class="wide">
                  <span class="hidden">bar</span>
                </th>
                <th scope="col">workers</th>
                <th scope="col">time</th>
                <th scope="col">share</th>
                <th scope="col">factor</th>
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <Step key={step.key} record={record} step={step} top={steps[0]?.to ?? 0} />
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
      {efficiency !== undefined && (
        <p class="identity">
          <b>
            efficiency{" "}
            <Figure field="efficiency.parallel" value={efficiency.parallel} text={factorText} />
          </b>{" "}
          = start × balance × dispatch × transfer × gc
        </p>
      )}
      <Scaling record={record} />
    </Panel>
  );
}

interface StepProps {
  readonly record: RunRecord;
  readonly step: WaterfallStep;
  /** Workers of the longest bar. */
  readonly top: number;
}

function Step({ record, step, top }: StepProps) {
  const { key, label, factor, from, to } = step;
  const { buckets, efficiency, computeScaling, wall, workers } = record;
  const low = Math.min(from, to);
  const percent = (value: number) => `${top > 0 ? (100 * Math.max(0, value)) / top : 0}%`;
  const bucket = factor === undefined ? undefined : (key as "start" | "tail");
  const all = (wall ?? 0) * (workers ?? 0);
  const total = key === "ideal" || key === "got";
  return (
    <tr class={total ? "total" : undefined}>
      <th scope="row">{label}</th>
      <td class="wide">
        <span class="track">
          <span
            class={`part fill-step-${key}`}
            style={{ left: percent(low), width: percent(Math.abs(to - from)) }}
          />
        </span>
      </td>
      <td>{total ? to.toFixed(2) : signed(to - from)}</td>
      <td>
        {bucket !== undefined && (
          <Figure field={`buckets.${bucket}`} value={buckets?.[bucket]} text={secondsText} />
        )}
        {key === "got" && computeScaling === undefined && record.speedup === undefined && (
          <Figure field="buckets.useful" value={buckets?.useful} text={secondsText} />
        )}
      </td>
      <td>
        {bucket !== undefined && buckets !== undefined && all > 0
          ? percentText(buckets[bucket] / all)
          : ""}
      </td>
      <td>
        {factor !== undefined && (
          <Figure field={`efficiency.${factor}`} value={efficiency?.[factor]} text={factorText} />
        )}
        {key === "computeScaling" && (
          <Figure field="computeScaling.value" value={computeScaling?.value} text={factorText} />
        )}
      </td>
    </tr>
  );
}

/** How it is known what one thread would have taken. */
function Scaling({ record }: { readonly record: RunRecord }) {
  const { computeScaling, buckets, wall, workers } = record;
  const share =
    buckets === undefined ? Number.NaN : buckets.useful / ((wall ?? 0) * (workers ?? 0));
  return (
    <p class="note">
      Useful work: <Figure field="buckets.useful" value={buckets?.useful} text={secondsText} />
      {Number.isFinite(share) && ` (${percentText(share)})`}. Compute scaling, the speed of a worker
      beside the others over that of one alone:{" "}
      <Figure field="computeScaling.value" value={computeScaling?.value} text={factorText} />
      {computeScaling?.low !== undefined && computeScaling.high !== undefined && (
        <>
          {" "}
          (<Figure field="computeScaling.low" value={computeScaling.low} text={factorText} />–
          <Figure field="computeScaling.high" value={computeScaling.high} text={factorText} />
          {computeScaling.items !== undefined && (
            <>
              , from{" "}
              <Figure field="computeScaling.items" value={computeScaling.items} text={String} />{" "}
              items run alone
            </>
          )}
          )
        </>
      )}
      .
    </p>
  );
}

function signed(workers: number): string {
  const text = Math.abs(workers).toFixed(2);
  return text === "0.00" ? text : `${workers < 0 ? "−" : "+"}${text}`;
}
