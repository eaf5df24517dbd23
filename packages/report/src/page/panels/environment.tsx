import { bytesText, countText, secondsText } from "../../figures/units.ts";
import type { Leaf, Place, RunRecord } from "../../record.ts";
import { leafText } from "../leaf-text.ts";
import { Figure } from "../parts/figure.tsx";
import { Leaves } from "../parts/leaves.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";

const TEXTS = ["task", "command", "source", "executor", "schedule"] as const;

/** Where and how it ran, and what the words on this page mean. */
export function Environment({ record }: { readonly record: RunRecord }) {
  const { environment, options, chunks, unit, place, io } = record;
  const texts: Record<string, Leaf> = {};
  for (const key of TEXTS) if (record[key] !== undefined) texts[key] = record[key];
  return (
    <>
      <Panel id="run" title="Run" size="third">
        <Leaves field="" leaves={texts} text={leafText} />
        <dl class="leaves">
          <div>
            <dt>chunks</dt>
            <dd>
              <Figure field="chunks.count" value={chunks?.count} text={countText} />
            </dd>
          </div>
          <div>
            <dt>chunks lost and done again</dt>
            <dd>
              <Figure field="chunks.lost" value={chunks?.lost} text={countText} />
            </dd>
          </div>
          {unit !== undefined && unit > 1 && (
            <div>
              <dt>items that are folded together</dt>
              <dd>
                <Figure field="unit" value={unit} text={countText} />
              </dd>
            </div>
          )}
          {place !== undefined && <PlaceRow place={place} />}
        </dl>
        {options !== undefined && (
          <>
            <h3>Options</h3>
            <Leaves field="options" leaves={options} text={leafText} />
          </>
        )}
      </Panel>
      <Panel id="environment" title="Machine" size="third">
        {environment === undefined ? (
          <NotRecorded what="The machine" />
        ) : (
          <Leaves field="environment" leaves={environment} text={leafText} />
        )}
        {io !== undefined && (
          <>
            <h3>Read and written by the process</h3>
            <Leaves field="io" leaves={io} text={ioText} />
          </>
        )}
      </Panel>
      <Definitions />
    </>
  );
}

/** All of them are bytes. */
function ioText(key: string, value: Leaf): string {
  return typeof value === "number" ? bytesText(value) : leafText(key, value);
}

function PlaceRow({ place }: { readonly place: Place }) {
  return (
    <div>
      <dt>in the caller's thread</dt>
      <dd>
        <Figure field="place.items" value={place.items} text={countText} /> items in{" "}
        <Figure field="place.seconds" value={place.seconds} text={secondsText} />
        {place.why !== undefined && <>: {place.why}</>}
      </dd>
    </div>
  );
}

const WORDS = [
  ["starting workers", "until a worker had loaded your function"],
  ["waiting at the end", "idle after its own last chunk"],
  ["waiting for work", "idle while work remained"],
  ["moving data", "decoding input, reading, encoding results"],
  ["garbage collection", "pauses inside your function"],
  ["useful work", "inside your function"],
  ["efficiency", "useful ÷ (workers × wall time), the product of the factors"],
  [
    "compute scaling",
    "time of the same items alone ÷ useful time; below 1 workers slow each other",
  ],
] as const;

function Definitions() {
  return (
    <Panel id="words" title="Words" size="full">
      <dl class="leaves words">
        {WORDS.map(([word, meaning]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
