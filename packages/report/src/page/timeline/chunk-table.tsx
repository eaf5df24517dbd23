import { useMemo, useState } from "preact/hooks";
import { type Lane, PHASES } from "../../figures/lanes.ts";
import { countText, secondsText } from "../../figures/units.ts";
import type { Spans } from "../../record.ts";
import { TableScroll } from "../parts/table-scroll.tsx";
import { chosenRows, type Order } from "./chunk-order.ts";
import type { View } from "./view.ts";

interface ChunkTableProps {
  readonly spans: Spans;
  readonly lanes: readonly Lane[];
  readonly view: View;
}

const PAGE_ROWS = 25;
const ORDERS: readonly (readonly [Order, string])[] = [
  ["begin", "by time"],
  ["longest", "longest first"],
  ["items", "by item"],
];

/** The chunks of the timeline as text: for keyboards, screen readers and copying. */
export function ChunkTable(props: ChunkTableProps) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Timeline as a table</summary>
      {open && <OpenTable {...props} />}
    </details>
  );
}

function OpenTable({ spans, lanes, view }: ChunkTableProps) {
  const [order, setOrder] = useState<Order>("begin");
  const [worker, setWorker] = useState<number>();
  const [seen, setSeen] = useState(false);
  const [page, setPage] = useState(0);
  const within = seen ? view : undefined;
  const rows = useMemo(
    () => chosenRows(spans, lanes, { order, worker, view: within }),
    [spans, lanes, order, worker, within],
  );
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  const at = Math.min(page, pages - 1);
  return (
    <>
      <div class="tools">
        <label>
          Order{" "}
          <select onChange={({ currentTarget }) => setOrder(currentTarget.value as Order)}>
            {ORDERS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Worker{" "}
          <select
            onChange={({ currentTarget: { value } }) =>
              setWorker(value === "" ? undefined : Number(value))
            }
          >
            <option value="">all</option>
            {lanes.map((lane) => (
              <option key={lane.worker} value={lane.worker}>
                {lane.worker}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={seen}
            onChange={({ currentTarget }) => setSeen(currentTarget.checked)}
          />{" "}
          only what the timeline shows
        </label>
        <span class="pages">
          <button type="button" disabled={at === 0} onClick={() => setPage(at - 1)}>
            Previous page
          </button>
          <span aria-live="polite">
            {countText(rows.length)} chunks, page {countText(at + 1)} of {countText(pages)}
          </span>
          <button type="button" disabled={at === pages - 1} onClick={() => setPage(at + 1)}>
            Next page
          </button>
        </span>
      </div>
      <Rows spans={spans} rows={rows.subarray(at * PAGE_ROWS, (at + 1) * PAGE_ROWS)} />
    </>
  );
}

function Rows({ spans, rows }: { readonly spans: Spans; readonly rows: Uint32Array }) {
  return (
    <TableScroll label="Chunks">
      <table>
        <thead>
          <tr>
            <th scope="col">first item</th>
            <th scope="col">items</th>
            <th scope="col">worker</th>
            <th scope="col">begin</th>
            {PHASES.map((phase) => (
              <th scope="col" key={phase}>
                {phase}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from(rows, (row) => (
            <tr key={row}>
              <th scope="row">{countText(spans.start[row] as number)}</th>
              <td>{countText((spans.end[row] as number) - (spans.start[row] as number))}</td>
              <td>{spans.worker[row]}</td>
              <td>{secondsText(spans.begin[row] as number)}</td>
              {PHASES.map((phase) => (
                <td key={phase}>{secondsText(spans[phase][row] as number)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
