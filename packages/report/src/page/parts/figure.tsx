import { NOT_RECORDED } from "../../figures/units.ts";

interface FigureProps {
  /** Its place in the record, as in `perWorker.3.useful`. */
  readonly field: string;
  readonly value: number | undefined;
  readonly text: (value: number) => string;
}

/** A number of the record, with its full value and place beside the text that people read. */
export function Figure({ field, value, text }: FigureProps) {
  if (value === undefined) return <Absent />;
  return (
    <data value={String(value)} data-field={field}>
      {text(value)}
    </data>
  );
}

export function Absent() {
  return <span class="absent">{NOT_RECORDED}</span>;
}
