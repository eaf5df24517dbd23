import { useState } from "preact/hooks";
import { bytesText, countText, secondsText, timesText } from "../../figures/units.ts";
import { verdictOf } from "../../figures/verdict.ts";
import type { RunRecord } from "../../record.ts";
import { saveCsv, saveJson } from "../downloads.ts";
import { Coded } from "../parts/coded.tsx";
import { Figure } from "../parts/figure.tsx";
import { chooseTheme, type Theme } from "../theme.ts";

const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** Who ran, the verdict, and the figures that everybody asks for first. */
export function Head({ record }: { readonly record: RunRecord }) {
  const { wall, workers, items, speedup, memory, startedAt, bound } = record;
  return (
    <header>
      <div class="bar">
        <p class="run">
          <b>swath</b>
          <span>{record.name ?? record.task ?? "a run"}</span>
          {startedAt !== undefined && <time dateTime={startedAt}>{dateText(startedAt)}</time>}
        </p>
        <Tools record={record} />
      </div>
      <h1>{verdictOf(record)}</h1>
      {bound !== undefined && (
        <p class="bound">
          Bound by <b>{bound.kind}</b>
          {bound.evidence !== undefined && (
            <>
              : <Coded text={bound.evidence} />
            </>
          )}
        </p>
      )}
      <dl class="key">
        <div>
          <dt>wall time</dt>
          <dd>
            <Figure field="wall" value={wall} text={secondsText} />
          </dd>
        </div>
        <div>
          <dt>against one thread</dt>
          <dd>
            <Figure field="speedup" value={speedup} text={timesText} />
          </dd>
        </div>
        <div>
          <dt>workers</dt>
          <dd>
            <Figure field="workers" value={workers} text={countText} />
          </dd>
        </div>
        <div>
          <dt>items</dt>
          <dd>
            <Figure field="items" value={items} text={countText} />
          </dd>
        </div>
        <div>
          <dt>peak memory</dt>
          <dd>
            <Figure field="memory.peakResident" value={memory?.peakResident} text={bytesText} />
          </dd>
        </div>
      </dl>
    </header>
  );
}

function Tools({ record }: { readonly record: RunRecord }) {
  const [theme, setTheme] = useState<Theme>("system");
  return (
    <div class="tools">
      <label>
        <span class="hidden">Colours</span>
        <select
          value={theme}
          onChange={({ currentTarget }) => {
            setTheme(currentTarget.value as Theme);
            chooseTheme(currentTarget.value as Theme);
          }}
        >
          {THEMES.map((name) => (
            <option key={name} value={name}>
              {name === "system" ? "system colours" : name}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => print()}>
        Print
      </button>
      <button type="button" onClick={() => saveJson(record)}>
        Save JSON
      </button>
      {record.spans !== undefined && (
        <button type="button" onClick={() => saveCsv(record)}>
          Save chunks as CSV
        </button>
      )}
    </div>
  );
}

/** In the reader's own zone; what is no date is shown as it is. */
function dateText(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
