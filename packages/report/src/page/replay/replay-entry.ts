import { type Change as RunChange, type WhatIf, whatIf } from "swath/analysis";
import type { FromReplay, ToReplay } from "./messages.ts";

let opened: WhatIf | undefined;

addEventListener("message", ({ data }: MessageEvent<ToReplay>) => {
  try {
    tell(answerTo(data));
  } catch (error) {
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
});

function answerTo(asked: ToReplay): FromReplay {
  if (asked.kind === "open") {
    opened = whatIf(asked.record);
    if (opened === undefined) return { kind: "opened", scope: undefined };
    const { error, schedules, routes } = opened;
    return { kind: "opened", scope: { error, schedules, routes } };
  }
  if (opened === undefined) throw new Error("It was not opened");
  const { wall, speedup } = opened.predict(asked.change as RunChange);
  return { kind: "predicted", id: asked.id, predicted: { wall, speedup } };
}

function tell(message: FromReplay): void {
  postMessage(message);
}
