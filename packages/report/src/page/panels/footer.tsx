import { countText, percentText, secondsText } from "../../figures/units.ts";
import type { RunRecord } from "../../record.ts";
import { Figure } from "../parts/figure.tsx";

/** What to trust, and how far. */
export function Footer({ record }: { readonly record: RunRecord }) {
  const { spans, overhead, schema } = record;
  return (
    <footer>
      <p>
        Totals are exact.{" "}
        {spans === undefined ? (
          "The timeline was not recorded."
        ) : (
          <>
            The timeline shows{" "}
            <Figure field="spans.recorded" value={spans.recorded} text={countText} /> of{" "}
            <Figure field="spans.count" value={spans.count} text={countText} /> chunks
            {spans.recorded < spans.count && ", a sample"}.
          </>
        )}{" "}
        Measuring took{" "}
        <Figure field="overhead.seconds" value={overhead?.seconds} text={secondsText} />
        {overhead?.share !== undefined && (
          <>
            {" "}
            (<Figure field="overhead.share" value={overhead.share} text={percentText} /> of the wall
            time)
          </>
        )}
        . Record: {schema}.
      </p>
    </footer>
  );
}
