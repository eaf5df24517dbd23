import { useMemo, useState } from "preact/hooks";
import { secondsText, timesText } from "../../figures/units.ts";
import type { RunRecord } from "../../record.ts";
import type { Change, Replay } from "../../replay.ts";
import { Panel } from "../parts/panel.tsx";

/** Workers that the slider goes to, as a power of two. */
const MAX_WORKERS_POWER = 10;

interface WhatIfProps {
  readonly record: RunRecord;
  readonly replay: Replay;
}

/** Sliders over the settings of the run, and what the replay says they would have done. */
export function WhatIf({ record, replay }: WhatIfProps) {
  const [change, setChange] = useState<Change>({});
  const predicted = useMemo(() => replay.predict(change), [replay, change]);
  const workers = change.workers ?? record.workers ?? 1;
  return (
    <Panel
      id="what-if"
      title="What if"
      size="full"
      note="Answers come from replaying the costs that were measured in this run."
    >
      <div class="what-if">
        <label>
          workers <output>{workers}</output>
          <input
            type="range"
            min={0}
            max={MAX_WORKERS_POWER}
            step={0.25}
            value={Math.log2(workers)}
            aria-valuetext={String(workers)}
            onInput={({ currentTarget }) =>
              setChange({ ...change, workers: Math.round(2 ** currentTarget.valueAsNumber) })
            }
          />
        </label>
        <Choice
          label="schedule"
          actual={record.schedule}
          choices={replay.schedules}
          onChoice={(schedule) => setChange({ ...change, schedule })}
        />
        <Choice
          label="route"
          actual={undefined}
          choices={replay.routes}
          onChoice={(route) => setChange({ ...change, route })}
        />
        <label>
          items per chunk
          <input
            type="number"
            min={1}
            placeholder="as it was"
            onInput={({ currentTarget }) => {
              const { chunk: _, ...rest } = change;
              const chunk = currentTarget.valueAsNumber;
              setChange(chunk >= 1 ? { ...rest, chunk } : rest);
            }}
          />
        </label>
        <p class="predicted" aria-live="polite">
          <b>{secondsText(predicted.wall)}</b>, {timesText(predicted.speedup)} as fast as one thread
        </p>
      </div>
    </Panel>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly actual: string | undefined;
  readonly choices: readonly string[];
  readonly onChoice: (choice: string) => void;
}

function Choice({ label, actual, choices, onChoice }: ChoiceProps) {
  return (
    <label>
      {label}
      <select onChange={({ currentTarget }) => onChoice(currentTarget.value)}>
        {actual === undefined && <option value="">as it was</option>}
        {choices.map((choice) => (
          <option key={choice} value={choice} selected={choice === actual}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}
