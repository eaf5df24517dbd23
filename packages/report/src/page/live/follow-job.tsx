import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { refusalText } from "../../read-record.ts";
import { App } from "../app.tsx";
import { Refused } from "../refused.tsx";
import { replayOf } from "../replay/replay-thread.ts";
import { LiveBar } from "./live-bar.tsx";
import { type LiveEvent, LiveJob } from "./live-state.ts";

/** The page is drawn anew at most this often, … */
const DRAW_MS = 400;
/** … and what is made of all spans at most this often, and so that it takes this share of the time. */
const SPANS_MS = 2_000;
const SPANS_TIME_SHARE = 0.1;
/** The server has gone when it could not be reached this often. */
const MAX_FAILURES = 2;

const EVENTS: readonly LiveEvent[] = ["job", "figures", "spans", "report", "bye"];

/** Shows a job while it runs, and then its report. */
export function followJob(address: string, draw: (view: VNode) => void): void {
  const job = new LiveJob();
  const source = new EventSource(address);
  let failures = 0;
  let isDue = false;
  let spansAfter = 0;
  // One after the other: a report takes a while to unpack.
  let last = Promise.resolve();
  const take = (act: () => void | Promise<void>) => {
    last = last.then(act).then(schedule, () => {});
  };
  const schedule = () => {
    if (isDue) return;
    isDue = true;
    setTimeout(redraw, document.hidden ? SPANS_MS : DRAW_MS);
  };
  const redraw = () => {
    isDue = false;
    const began = performance.now();
    const hasSpans = began >= spansAfter && !document.hidden;
    if (hasSpans) job.showSpans();
    draw(<Live job={job} />);
    const took = performance.now() - began;
    if (hasSpans) spansAfter = began + Math.max(SPANS_MS, took / SPANS_TIME_SHARE);
  };
  for (const name of EVENTS) {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      failures = 0;
      take(() => job.on(name, data));
      if (name === "bye") source.close();
    });
  }
  source.addEventListener("error", () => {
    failures++;
    if (failures < MAX_FAILURES && source.readyState !== EventSource.CLOSED) return;
    source.close();
    take(() => job.gone());
  });
  draw(<Live job={job} />);
}

function Live({ job }: { readonly job: LiveJob }) {
  const { record, refused, progress, phase } = job.state;
  if (refused?.kind === "refused") return <Refused text={refusalText(refused)} />;
  const replay = useMemo(
    () => (phase === "ended" && record !== undefined ? replayOf(record) : undefined),
    [phase, record],
  );
  const bar = <LiveBar phase={phase} progress={progress} />;
  if (record === undefined) {
    return (
      <header>
        {bar}
        <h1>{phase === "lost" ? "The program has ended" : "No job runs yet"}</h1>
      </header>
    );
  }
  return (
    <>
      {bar}
      <App record={record} {...(replay !== undefined && { replay })} />
    </>
  );
}
