import { TableScroll } from "./table-scroll.tsx";

interface SeriesTableProps {
  readonly label: string;
  readonly at: Float64Array;
  readonly columns: readonly (readonly [string, Float64Array])[];
  readonly xText: (seconds: number) => string;
  readonly yText: (value: number) => string;
}

/** Rows of the table twin of a plot. */
const ROWS = 24;

/** The values of a plot as a table of evenly picked rows. */
export function SeriesTable({ label, at, columns, xText, yText }: SeriesTableProps) {
  const step = Math.max(1, Math.ceil(at.length / ROWS));
  const picked = Array.from(at.keys()).filter((i) => i % step === 0);
  return (
    <details>
      <summary>{label} as a table</summary>
      <TableScroll label={label}>
        <table>
          <thead>
            <tr>
              <th scope="col">at</th>
              {columns.map(([name]) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {picked.map((i) => (
              <tr key={i}>
                <th scope="row">{xText(at[i] as number)}</th>
                {columns.map(([name, values]) => (
                  <td key={name}>{yText(values[i] as number)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </details>
  );
}
