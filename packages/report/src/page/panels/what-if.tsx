import { useEffect, useRef, useState } from "preact/hooks";
import { percentText, secondsText, timesText } from "../../figures/units.ts";
import type { RunRecord } from "../../record.ts";
import type { Change, Predicted, Replay, ReplayScope } from "../../replay.ts";
import { Panel } from "../parts/panel.tsx";

/** Workers that the slider goes to, as a power of two. */
const MAX_WORKERS_POWER = 10;
/** A replay that misses the run itself by more predicts nothing. */
const MAX_ERROR = 0.05;
/** Numbers of workers of the curve. */
const CURVE = [1, 2, 4, 8, 16, 32, 64] as const;

interface WhatIfProps {
  readonly record: RunRecord;
  readonly replay: Replay;
}

type Scope = ReplayScope | "unopened" | "opening" | { readonly withheld: string };

/** Sliders over the settings of the run, and what the replay says they would have done. */
export function WhatIf({ record, replay }: WhatIfProps) {
  const [scope, setScope] = useState<Scope>("unopened");
  const [change, setChange] = useState<Change>({});
  const open = () => {
    if (scope !== "unopened") return;
    setScope("opening");
    void opened(replay).then(setScope);
  };
  return (
    <Panel
      id="what-if"
      title="What if"
      size="full"
      note="Answers come from replaying the costs that were measured in this run, each worker on a core of its own."
    >
      {typeof scope === "object" && "withheld" in scope ? (
        <p class="withheld">{scope.withheld}</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y -- the controls within are what is operated
        <div class="what-if" onFocusIn={open} onPointerEnter={open}>
          <Controls record={record} scope={scope} change={change} onChange={setChange} />
          <Answer record={record} replay={replay} scope={scope} change={change} />
        </div>
      )}
    </Panel>
  );
}

async function opened(replay: Replay): Promise<Scope> {
  try {
    const scope = await replay.open();
    if (scope === undefined) return { withheld: "The record says too little to replay the run." };
    if (Math.abs(scope.error) <= MAX_ERROR) return scope;
    const off = percentText(Math.abs(scope.error));
    return { withheld: `The replay of the run itself misses its time by ${off}: no predictions.` };
  } catch (error) {
    return { withheld: `The run cannot be replayed here: ${(error as Error).message}.` };
  }
}

interface ControlsProps {
  readonly record: RunRecord;
  readonly scope: Scope;
  readonly change: Change;
  readonly onChange: (change: Change) => void;
}

function Controls({ record, scope, change, onChange }: ControlsProps) {
  const workers = change.workers ?? record.workers ?? 1;
  const known = typeof scope === "object" && "schedules" in scope ? scope : undefined;
  return (
    <>
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
            onChange({ ...change, workers: Math.round(2 ** currentTarget.valueAsNumber) })
          }
        />
      </label>
      <Choice
        label="schedule"
        actual={record.schedule}
        choices={known?.schedules ?? []}
        onChoice={(schedule) => onChange(changed(change, "schedule", schedule))}
      />
      <Choice
        label="route of the items"
        actual={undefined}
        choices={known?.routes ?? []}
        onChoice={(route) => onChange(changed(change, "route", route))}
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
            onChange(chunk >= 1 ? { ...rest, chunk: Math.floor(chunk) } : rest);
          }}
        />
      </label>
    </>
  );
}

/** An empty choice is as it was. */
function changed(change: Change, key: "schedule" | "route", value: string): Change {
  const { [key]: _, ...rest } = change;
  return value === "" ? rest : { ...rest, [key]: value };
}

interface ChoiceProps {
  readonly label: string;
  readonly actual: string | undefined;
  readonly choices: readonly string[];
  readonly onChoice: (choice: string) => void;
}

function Choice({ label, actual, choices, onChoice }: ChoiceProps) {
  const others = choices.filter((choice) => choice !== actual);
  return (
    <label>
      {label}
      <select onChange={({ currentTarget }) => onChoice(currentTarget.value)}>
        <option value="">{actual === undefined ? "as it was" : `${actual}, as it was`}</option>
        {others.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}

interface AnswerProps {
  readonly record: RunRecord;
  readonly replay: Replay;
  readonly scope: Scope;
  readonly change: Change;
}

function Answer({ record, replay, scope, change }: AnswerProps) {
  const isOpen = typeof scope === "object" && "error" in scope;
  const predicted = usePredicted(replay, isOpen && Object.keys(change).length > 0, change);
  if (!isOpen) {
    const text = scope === "opening" ? "Replaying the run …" : "As it was:";
    return (
      <p class="predicted" aria-live="polite">
        {text} <b>{secondsText(record.wall ?? Number.NaN)}</b>
      </p>
    );
  }
  return (
    <>
      <p class="predicted" aria-live="polite">
        {predicted === undefined ? (
          <>
            As it was: <b>{secondsText(record.wall ?? Number.NaN)}</b>
          </>
        ) : (
          <PredictedText predicted={predicted} />
        )}
      </p>
      <Curve replay={replay} change={change} />
      <p class="note">
        The replay of the run as it was is off by {percentText(Math.abs(scope.error))}.
      </p>
    </>
  );
}

function PredictedText({ predicted }: { readonly predicted: Predicted }) {
  const { wall, speedup } = predicted;
  return (
    <>
      <b>{secondsText(wall)}</b>
      {speedup !== null && `, ${timesText(speedup)} as fast as one thread`}
    </>
  );
}

/** The newest answer; while another is on its way, the one before it. */
function usePredicted(replay: Replay, asks: boolean, change: Change): Predicted | undefined {
  const [predicted, setPredicted] = useState<Predicted>();
  const newest = useRef(change);
  newest.current = change;
  useEffect(() => {
    if (!asks) return setPredicted(undefined);
    void replay.predict(change).then(
      (answer) => newest.current === change && setPredicted(answer),
      () => setPredicted(undefined),
    );
  }, [replay, asks, change]);
  return predicted;
}

/** The same settings with other numbers of workers; asked only where somebody opens it. */
function Curve({ replay, change }: { readonly replay: Replay; readonly change: Change }) {
  const [isOpen, setOpen] = useState(false);
  const [rows, setRows] = useState<readonly (readonly [number, Predicted])[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    let isOld = false;
    setRows([]);
    void (async () => {
      for (const workers of CURVE) {
        const predicted = await replay.predict({ ...change, workers });
        if (isOld) return;
        setRows((before) => [...before, [workers, predicted]]);
      }
    })().catch(() => {});
    return () => {
      isOld = true;
    };
  }, [replay, change, isOpen]);
  const slowest = Math.max(0, ...rows.map(([, { wall }]) => wall));
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>By workers</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">workers</th>
            <th scope="col">time</th>
            <th scope="col" class="wide">
              <span class="hidden">bar</span>
            </th>
            <th scope="col">against one thread</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([workers, { wall, speedup }]) => (
            <tr key={workers}>
              <th scope="row">{workers}</th>
              <td>{secondsText(wall)}</td>
              <td class="wide">
                <span class="track">
                  <span
                    class="part fill-run"
                    style={{ left: "0", width: `${(100 * wall) / (slowest || 1)}%` }}
                  />
                </span>
              </td>
              <td>{speedup === null ? "not known" : timesText(speedup)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
