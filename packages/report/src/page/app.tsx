import { useMemo } from "preact/hooks";
import { lanesOf } from "../figures/lanes.ts";
import type { RunRecord } from "../record.ts";
import type { Replay } from "../replay.ts";
import { AdviceList } from "./panels/advice.tsx";
import { AlongInput } from "./panels/along-input.tsx";
import { Answers } from "./panels/answers.tsx";
import { ConcurrencyPlot } from "./panels/concurrency.tsx";
import { Durations } from "./panels/durations.tsx";
import { Environment } from "./panels/environment.tsx";
import { Footer } from "./panels/footer.tsx";
import { Head } from "./panels/head.tsx";
import { MemoryPlot } from "./panels/memory.tsx";
import { Routes } from "./panels/routes.tsx";
import { Slowest } from "./panels/slowest.tsx";
import { Waterfall } from "./panels/waterfall.tsx";
import { WhatIf } from "./panels/what-if.tsx";
import { Workers } from "./panels/workers.tsx";
import { Later } from "./parts/later.tsx";
import { Timeline } from "./timeline/timeline.tsx";

interface AppProps {
  readonly record: RunRecord;
  /** Answers what-if questions; without one they are not offered. */
  readonly replay?: Replay;
}

/** The page of one run. Give it a newer record and it shows that. */
export function App({ record, replay }: AppProps) {
  const { spans, gc } = record;
  const lanes = useMemo(() => (spans === undefined ? [] : lanesOf(spans, gc)), [spans, gc]);
  return (
    <>
      <Head record={record} />
      <main class="grid">
        <Waterfall record={record} />
        <Answers record={record} />
        <AdviceList record={record} />
        {replay !== undefined && <WhatIf record={record} replay={replay} />}
        <Timeline record={record} lanes={lanes} />
        <Later place="panel later">
          <ConcurrencyPlot record={record} lanes={lanes} />
          <MemoryPlot record={record} />
          <Durations record={record} />
          <AlongInput record={record} />
          <Workers record={record} />
          <Slowest record={record} />
          <Routes record={record} />
          <Environment record={record} />
        </Later>
      </main>
      <Footer record={record} />
    </>
  );
}
