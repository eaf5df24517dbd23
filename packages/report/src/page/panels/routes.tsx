import { flat } from "../../figures/flat.ts";
import type { RunRecord } from "../../record.ts";
import { leafText } from "../leaf-text.ts";
import { Leaves } from "../parts/leaves.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";

/** How bytes travelled. */
export function Routes({ record }: { readonly record: RunRecord }) {
  const { routes } = record;
  return (
    <Panel
      id="routes"
      title="Data routes"
      size="third"
      note="copy: cloned for each chunk. move: handed over. share: one memory for all. read: workers fetch it themselves."
    >
      {routes === undefined || Object.keys(routes).length === 0 ? (
        <NotRecorded what="Routes" />
      ) : (
        <Leaves field="routes" leaves={flat(routes)} text={leafText} />
      )}
    </Panel>
  );
}
