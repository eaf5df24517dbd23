import { countText, secondsText } from "../../figures/units.ts";
import type { RunRecord, SlowChunk } from "../../record.ts";
import { Figure } from "../parts/figure.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";
import { TableScroll } from "../parts/table-scroll.tsx";

/** The chunks that took longest. */
export function Slowest({ record }: { readonly record: RunRecord }) {
  const { slowest } = record;
  const longest = Math.max(0, ...(slowest ?? []).map(({ seconds }) => seconds));
  return (
    <Panel id="slowest" title="Slowest items" size="third">
      {slowest === undefined ? (
        <NotRecorded what="The slowest chunks" />
      ) : (
        <TableScroll label="Slowest items">
          <table class="slowest">
            <thead>
              <tr>
                <th scope="col">items</th>
                <th scope="col">time</th>
                <th scope="col" class="wide">
                  <span class="hidden">bar</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {slowest.map((chunk, i) => (
                <Row key={i} chunk={chunk} field={`slowest.${i}`} longest={longest} />
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </Panel>
  );
}

interface RowProps {
  readonly chunk: SlowChunk;
  readonly field: string;
  readonly longest: number;
}

function Row({ chunk, field, longest }: RowProps) {
  const { start, end, seconds, item, itemSeconds, preview } = chunk;
  const width = `${longest > 0 ? (100 * seconds) / longest : 0}%`;
  return (
    <>
      <tr>
        <th scope="row">
          <Figure field={`${field}.start`} value={start} text={countText} />
          {end > start + 1 && (
            <>
              –<Figure field={`${field}.end`} value={end} text={(n) => countText(n - 1)} />
            </>
          )}
        </th>
        <td>
          <Figure field={`${field}.seconds`} value={seconds} text={secondsText} />
        </td>
        <td class="wide">
          <span class="track">
            <span class="part fill-run" style={{ left: "0", width }} />
          </span>
        </td>
      </tr>
      {(preview !== undefined || item !== undefined) && (
        <tr class="preview">
          <td colSpan={3}>
            {item !== undefined && (
              <>
                longest: item <Figure field={`${field}.item`} value={item} text={countText} />,{" "}
                <Figure
                  field={`${field}.itemSeconds`}
                  value={itemSeconds}
                  text={secondsText}
                />{" "}
              </>
            )}
            {preview !== undefined && <code>{preview}</code>}
          </td>
        </tr>
      )}
    </>
  );
}
