import { useMemo, useState } from "preact/hooks";
import type { Lane } from "../../figures/lanes.ts";
import { countText } from "../../figures/units.ts";
import type { RunRecord, Spans } from "../../record.ts";
import { Legend } from "../parts/legend.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";
import { ChunkTable } from "./chunk-table.tsx";
import { TimelineCanvas } from "./timeline-canvas.tsx";
import { type View, wholeOf } from "./view.ts";

interface TimelineProps {
  readonly record: RunRecord;
  readonly lanes: readonly Lane[];
}

/** What every worker did when: a picture, and the same as a table. */
export function Timeline({ record, lanes }: TimelineProps) {
  const { spans } = record;
  const wall = useMemo(() => Math.max(record.wall ?? 0, lastEnd(spans)), [record]);
  const [view, setView] = useState<View>(() => wholeOf(wall));
  if (spans === undefined || lanes.length === 0) {
    return (
      <Panel id="timeline" title="Timeline" size="full">
        <NotRecorded what="When each chunk ran" />
      </Panel>
    );
  }
  const share = spans.recorded < spans.count ? ` of ${countText(spans.count)}, a sample` : "";
  return (
    <Panel
      id="timeline"
      title="Timeline"
      size="full"
      note={`${countText(spans.recorded)} chunks${share}, a lane for each worker. From afar, a lane is filled with what it did in proportion.`}
    >
      <TimelineCanvas record={record} spans={spans} lanes={lanes} wall={wall} onView={setView} />
      <Legend
        entries={[
          ["run", "inside your function"],
          ["read", "read"],
          ["decode", "decode input"],
          ["encode", "encode result"],
          ["gc", "garbage collection"],
          ["wait", "waiting"],
        ]}
      />
      <ChunkTable spans={spans} lanes={lanes} view={view} />
    </Panel>
  );
}

function lastEnd(spans: Spans | undefined): number {
  let last = 0;
  for (let i = 0; i < (spans?.recorded ?? 0); i++) {
    const { begin, decode, read, run, encode } = spans as Spans;
    const end = [begin, decode, read, run, encode].reduce((sum, c) => sum + (c[i] as number), 0);
    if (end > last) last = end;
  }
  return last;
}
