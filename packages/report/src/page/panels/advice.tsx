import { useRef } from "preact/hooks";
import { secondsText } from "../../figures/units.ts";
import type { Advice, RunRecord } from "../../record.ts";
import { Coded } from "../parts/coded.tsx";
import { Figure } from "../parts/figure.tsx";
import { NotRecorded, Panel } from "../parts/panel.tsx";

/** What to change, the most worthwhile first. */
export function AdviceList({ record }: { readonly record: RunRecord }) {
  const { advice } = record;
  return (
    <Panel
      id="advice"
      title="Advice"
      size="most"
      note="Savings are predicted by replaying this run with the change."
    >
      {advice === undefined && <NotRecorded what="Advice" />}
      {advice?.length === 0 && <p>Nothing would save a noticeable part of this run.</p>}
      {advice !== undefined && advice.length > 0 && (
        <ol class="advice">
          {advice.map((one, i) => (
            <Rule key={one.id} advice={one} field={`advice.${i}`} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Rule({ advice, field }: { readonly advice: Advice; readonly field: string }) {
  const { id, title, evidence, savingSeconds, savingError, change, docs } = advice;
  return (
    <li>
      <p class="saving">
        <Figure field={`${field}.savingSeconds`} value={savingSeconds} text={savingText} />
        {savingError !== undefined && (
          <span class="error">
            ± <Figure field={`${field}.savingError`} value={savingError} text={secondsText} />
          </span>
        )}
      </p>
      <div>
        <h3>
          <Coded text={title} /> <DocsLink id={id} docs={docs} />
        </h3>
        {evidence !== undefined && (
          <p class="note">
            <Coded text={evidence} />
          </p>
        )}
        {change !== undefined && <Change code={change} />}
      </div>
    </li>
  );
}

/** Only what the web calls a page is made a link: the address came out of a file. */
function DocsLink({ id, docs }: { readonly id: string; readonly docs: string | undefined }) {
  if (docs === undefined || !/^https:\/\/[^\s]+$/i.test(docs))
    return <span class="rule">{id}</span>;
  return (
    <a class="rule" href={docs} rel="noreferrer noopener" target="_blank">
      {id}
    </a>
  );
}

function Change({ code }: { readonly code: string }) {
  const text = useRef<HTMLElement>(null);
  const copy = () => {
    // A browser may refuse it to a file; then the reader has the text selected.
    getSelection()?.selectAllChildren(text.current as HTMLElement);
    void navigator.clipboard?.writeText(code).catch(() => {});
  };
  return (
    <p class="change">
      <code ref={text}>{code}</code>
      <button type="button" onClick={copy} aria-label={`Copy ${code}`}>
        Copy
      </button>
    </p>
  );
}

function savingText(seconds: number): string {
  return seconds < 0 ? `+${secondsText(-seconds)}` : `−${secondsText(seconds)}`;
}
