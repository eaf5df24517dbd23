import { useMemo, useState } from "preact/hooks";
import type { Lane } from "../../figures/lanes.ts";
import { countText } from "../../figures/units.ts";
import type { RunRecord, Spans } from "../../record.ts";
import { Legend } from "../parts/legend.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";
import { ChunkTable } from "./chunk-table.tsx";
import { MAX_LANES } from "./layout.ts";
import { TimelineCanvas } from "./timeline-canvas.tsx";
import { type View, wholeOf } from "./view.ts";

interface TimelineProps {
  readonly record: RunRecord;
  readonly lanes: readonly Lane[];
}

/** What every worker did when: a picture, and the same as a table. */
export function Timeline({ record, lanes }: TimelineProps) {
  const { spans } = record;
  const last = useMemo(() => lastEnd(spans), [spans]);
  const wall = wholeOf(Math.max(record.wall ?? 0, last)).to;
  const [view, setView] = useState<View>(() => wholeOf(wall));
  if (spans === undefined || lanes.length === 0) {
    return (
      <Panel id="timeline" title="Timeline" size="full">
        <NotRecorded what="When each chunk ran" />
      </Panel>
    );
  }
  const sampled = spans.recorded < spans.count;
  return (
    <Panel id="timeline" title="Timeline" size="full" note={noteOf(spans, lanes.length)}>
      <TimelineCanvas record={record} spans={spans} lanes={lanes} wall={wall} onView={setView} />
      <Legend
        entries={[
          ["run", "inside your function"],
          ["read", "read"],
          ["decode", "decode input"],
          ["encode", "encode result"],
          ["gc", "garbage collection"],
          ["wait", sampled ? "waiting, or not recorded" : "waiting"],
        ]}
      />
      <ChunkTable spans={spans} lanes={lanes} view={view} />
    </Panel>
  );
}

function noteOf({ recorded, count }: Spans, lanes: number): string {
  const sample = recorded < count ? ` of ${countText(count)}, a sample` : "";
  const more = lanes > MAX_LANES ? `, of which ${MAX_LANES} are shown; up and down go on` : "";
  return `${countText(recorded)} chunks${sample}, a lane for each of ${countText(lanes)} workers${more}. From afar, a lane is filled with what it did in proportion.`;
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
