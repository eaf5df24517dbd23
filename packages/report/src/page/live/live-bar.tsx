import { countText, percentText, secondsText } from "../../figures/units.ts";
import type { LiveState, Progress } from "./live-state.ts";

const PHASES: Readonly<Record<LiveState["phase"], string>> = {
  waiting: "○ waiting for a job",
  running: "● live",
  ended: "■ ended: this is the report",
  lost: "▲ ended without a report",
};

interface LiveBarProps {
  readonly phase: LiveState["phase"];
  readonly progress: Progress | undefined;
}

/** Whether the page is live, and how far the job is. */
export function LiveBar({ phase, progress }: LiveBarProps) {
  return (
    <section class="live" aria-label="Progress">
      <p class={`phase ${phase}`} role="status">
        {PHASES[phase]}
      </p>
      {phase === "running" && progress !== undefined && <ProgressText progress={progress} />}
    </section>
  );
}

function ProgressText({ progress }: { readonly progress: Progress }) {
  const { done, total, resumed, failed, elapsed } = progress;
  const rate = elapsed > 0 ? (done - resumed) / elapsed : 0;
  const left = total === undefined || rate <= 0 ? undefined : (total - done) / rate;
  return (
    <>
      {total !== undefined && total > 0 && (
        <progress max={total} value={done} aria-label="Items that are done" />
      )}
      <p class="counts">
        {countText(done)}
        {total !== undefined &&
          ` of ${countText(total)} items, ${percentText(done / (total || 1))}`}
        , {countText(Math.round(rate))} a second, {secondsText(elapsed)}
        {left !== undefined && `, about ${secondsText(left)} to go`}
        {failed > 0 && `, ${countText(failed)} failed`}
      </p>
      <p class="note">
        Figures are of chunks that have ended. Pauses for garbage collection and what to change are
        known at the end.
      </p>
    </>
  );
}
