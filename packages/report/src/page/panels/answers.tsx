import type { ComponentChildren } from "preact";
import {
  type Grade,
  gradeOfMemory,
  gradeOfRatio,
  gradeOfSerialization,
  gradeOfStragglers,
  serializationSeconds,
} from "../../figures/answers.ts";
import { bytesText, secondsText, timesText } from "../../figures/units.ts";
import type { RunRecord } from "../../record.ts";
import { Absent, Figure } from "../parts/figure.tsx";
import { Panel } from "../parts/panel.tsx";

const SIGNS: Readonly<Record<Grade, string>> = {
  good: "● good",
  watch: "◆ watch",
  poor: "▲ poor",
  none: "",
};

/** The four questions that decide whether parallelism pays. */
export function Answers({ record }: { readonly record: RunRecord }) {
  return (
    <Panel id="answers" title="Four answers" size="third">
      <div class="cards">
        <Ratio record={record} />
        <Serialization record={record} />
        <Stragglers record={record} />
        <Memory record={record} />
      </div>
    </Panel>
  );
}

interface CardProps {
  readonly title: string;
  readonly grade?: Grade;
  readonly value: ComponentChildren;
  readonly how: string;
  readonly children?: ComponentChildren;
}

function Card({ title, grade = "none", value, how, children }: CardProps) {
  return (
    <article class="card">
      <h3>
        {title}
        {grade !== "none" && <span class={`grade ${grade}`}>{SIGNS[grade]}</span>}
      </h3>
      <p class="value">{value}</p>
      <p class="detail">{children}</p>
      <p class="how">{how}</p>
    </article>
  );
}

function Ratio({ record }: { readonly record: RunRecord }) {
  const text = (ratio: number) => (ratio > 999 ? "over 999 : 1" : `${ratio.toFixed(1)} : 1`);
  return (
    <Card
      title="Compute to communication"
      grade={gradeOfRatio(record)}
      value={
        record.ratio === null ? (
          "nothing was moved"
        ) : (
          <Figure field="ratio" value={record.ratio} text={text} />
        )
      }
      how="Useful time ÷ time spent moving data on both sides. Above 5 : 1 it pays, below 2 : 1 the plain loop may win."
    >
      {record.driver?.busy !== undefined && (
        <span class="line">
          the caller's thread was busy{" "}
          <Figure field="driver.busy" value={record.driver.busy} text={secondsText} />
        </span>
      )}
      {record.driver?.starting !== undefined && (
        <span class="line">
          of it before a worker was ready{" "}
          <Figure field="driver.starting" value={record.driver.starting} text={secondsText} />
        </span>
      )}
      {record.helpers !== undefined && (
        <span class="line">
          other threads, such as V8's, had a core for{" "}
          <Figure field="helpers" value={record.helpers} text={secondsText} />
        </span>
      )}
    </Card>
  );
}

function Serialization({ record }: { readonly record: RunRecord }) {
  const { serialization: s } = record;
  const about = s?.exact === false ? "~" : "";
  const bytes = (value: number) => `${value > 0 ? about : ""}${bytesText(value)}`;
  const seconds = serializationSeconds(record);
  const sides = [
    ["workerDecode", "decode in workers"],
    ["workerEncode", "encode in workers"],
    ["driverEncode", "encode in the caller"],
    ["driverDecode", "decode in the caller"],
  ] as const;
  return (
    <Card
      title="Serialisation"
      grade={gradeOfSerialization(record)}
      value={seconds === undefined ? <Absent /> : secondsText(seconds)}
      how={`Time to encode and decode, on both sides.${about === "" ? "" : " Bytes with ~ are estimated from a sample."}`}
    >
      <Figure field="serialization.bytesOut" value={s?.bytesOut} text={bytes} /> out,{" "}
      <Figure field="serialization.bytesIn" value={s?.bytesIn} text={bytes} /> back
      {s?.bytesInBy !== undefined &&
        (["clone", "json", "columns"] as const).map((way) => (
          <span class="line" key={way}>
            back as {way}{" "}
            <Figure
              field={`serialization.bytesInBy.${way}`}
              value={s.bytesInBy?.[way]}
              text={bytes}
            />
          </span>
        ))}
      {sides.map(([key, label]) => (
        <span class="line" key={key}>
          {label} <Figure field={`serialization.${key}`} value={s?.[key]} text={secondsText} />
        </span>
      ))}
    </Card>
  );
}

function Stragglers({ record }: { readonly record: RunRecord }) {
  const { stragglers: s } = record;
  return (
    <Card
      title="Stragglers"
      grade={gradeOfStragglers(record)}
      value={<Figure field="stragglers.idle" value={s?.idle} text={secondsText} />}
      how="Worker time spent idle at the end, while the last ones finish."
    >
      first worker done after{" "}
      <Figure field="stragglers.firstDone" value={s?.firstDone} text={secondsText} />, last after{" "}
      <Figure field="stragglers.lastDone" value={s?.lastDone} text={secondsText} />; the busiest did{" "}
      <Figure field="stragglers.imbalance" value={s?.imbalance} text={timesText} /> the mean
    </Card>
  );
}

function Memory({ record }: { readonly record: RunRecord }) {
  const { memory, routes } = record;
  const read = routes?.["bytesRead"];
  return (
    <Card
      title="Memory and locality"
      grade={gradeOfMemory(record)}
      value={<Figure field="memory.peakResident" value={memory?.peakResident} text={bytesText} />}
      how="Most memory that the process held at once, as the system counts it."
    >
      <Figure
        field="routes.bytesRead"
        value={typeof read === "number" ? read : undefined}
        text={bytesText}
      />{" "}
      read by the workers themselves
    </Card>
  );
}
