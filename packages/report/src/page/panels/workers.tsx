import { useState } from "preact/hooks";
import { bytesText, countText, secondsText } from "../../figures/units.ts";
import type { RunRecord, WorkerFigures } from "../../record.ts";
import { Figure } from "../parts/figure.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";
import { TableScroll } from "../parts/table-scroll.tsx";

const COLUMNS = [
  ["chunks", "chunks", countText],
  ["items", "items", countText],
  ["useful", "useful", secondsText],
  ["transfer", "moving data", secondsText],
  ["read", "of that reading", secondsText],
  ["gc", "garbage", secondsText],
  ["idle", "idle", secondsText],
] as const;
/** Shown where a record has them. */
const MORE_COLUMNS = [
  ["ready", "ready after", secondsText],
  ["starting", "on a core until then", secondsText],
  ["cpu", "on a core", secondsText],
  ["runQueue", "waiting for a core", secondsText],
  ["bytesOut", "sent to it", bytesText],
  ["bytesIn", "sent back", bytesText],
  ["bytesRead", "read by it", bytesText],
  ["heapUsed", "heap", bytesText],
] as const;
/** Rows that are shown at once; the rest opens on demand. */
const SHOWN = 64;

/** What each worker did. */
export function Workers({ record }: { readonly record: RunRecord }) {
  const { perWorker } = record;
  return (
    <Panel id="workers" title="Workers" size="most">
      {perWorker === undefined ? (
        <NotRecorded what="What each worker did" />
      ) : (
        <>
          <WorkersTable rows={perWorker.slice(0, SHOWN)} from={0} wall={record.wall} />
          {perWorker.length > SHOWN && (
            <MoreWorkers rows={perWorker.slice(SHOWN)} from={SHOWN} wall={record.wall} />
          )}
        </>
      )}
    </Panel>
  );
}

/** The rest, made only when somebody wants to see it: there may be thousands. */
function MoreWorkers(props: TableProps) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{countText(props.rows.length)} more workers</summary>
      {open && <WorkersTable {...props} />}
    </details>
  );
}

interface TableProps {
  readonly rows: readonly WorkerFigures[];
  readonly from: number;
  readonly wall: number | undefined;
}

function WorkersTable({ rows, from, wall }: TableProps) {
  const more = MORE_COLUMNS.filter(([key]) => rows.some((row) => row[key] !== undefined));
  const columns = [...COLUMNS, ...more];
  return (
    <TableScroll label={`Workers from ${from}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">worker</th>
            <th scope="col" class="wide">
              busy
            </th>
            {columns.map(([key, label]) => (
              <th scope="col" key={key}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={row.worker}>
              <th scope="row">
                <Figure field={`perWorker.${from + i}.worker`} value={row.worker} text={String} />
              </th>
              <td class="wide">
                <BusyBar row={row} wall={wall} />
              </td>
              {columns.map(([key, , text]) => (
                <td key={key}>
                  <Figure field={`perWorker.${from + i}.${key}`} value={row[key]} text={text} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

function BusyBar(props: { readonly row: WorkerFigures; readonly wall: number | undefined }) {
  const { row, wall = 0 } = props;
  const parts = [
    ["run", row.useful],
    ["moving", row.transfer],
    ["gc", row.gc],
  ] as const;
  const width = (seconds = 0) => `${wall > 0 ? Math.min(100, (100 * seconds) / wall) : 0}%`;
  return (
    <span class="track stack">
      {parts.map(([key, seconds]) => (
        <span key={key} class={`part fill-${key}`} style={{ width: width(seconds) }} />
      ))}
    </span>
  );
}
