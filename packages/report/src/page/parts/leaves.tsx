import type { Leaf } from "../../record.ts";
import { Figure } from "./figure.tsx";

interface LeavesProps {
  /** Place of the map in the record. */
  readonly field: string;
  readonly leaves: Readonly<Record<string, Leaf>>;
  readonly text: (key: string, value: Leaf) => string;
}

/** Names and values, as they are. */
export function Leaves({ field, leaves, text }: LeavesProps) {
  return (
    <dl class="leaves">
      {Object.entries(leaves).map(([key, value]) => (
        <div key={key}>
          <dt>{label(key)}</dt>
          <dd>
            {typeof value === "number" ? (
              <Figure field={`${field}.${key}`} value={value} text={(n) => text(key, n)} />
            ) : (
              text(key, value)
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** "bytesRead" reads "bytes read". */
function label(key: string): string {
  return key.replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}
