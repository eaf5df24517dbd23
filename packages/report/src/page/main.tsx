import "uplot/dist/uPlot.min.css";
import "./styles/base.css";
import "./styles/panels.css";
import "./styles/timeline.css";
import "./styles/print.css";
import { render } from "preact";
import { refusalText } from "../read-record.ts";
import type { RunRecord } from "../record.ts";
import { LIVE_ID } from "../slots.ts";
import { App } from "./app.tsx";
import { embeddedRecord } from "./embedded.ts";
import { followJob } from "./live/follow-job.tsx";
import { Refused } from "./refused.tsx";
import { replayOf } from "./replay/replay-thread.ts";
import { followTheme } from "./theme.ts";

followTheme();
const root = document.querySelector("#page") as HTMLElement;
const live = document.getElementById(LIVE_ID)?.textContent;
if (live === undefined || live === null) void show(root);
else followJob(JSON.parse(live) as string, (view) => render(view, root));

function showReport(record: RunRecord, into: HTMLElement): void {
  const replay = replayOf(record);
  render(<App record={record} {...(replay !== undefined && { replay })} />, into);
}

async function show(into: HTMLElement): Promise<void> {
  const reading = await embeddedRecord(document);
  if (reading.kind === "record") showReport(reading.record, into);
  else render(<Refused text={refusalText(reading)} />, into);
}
