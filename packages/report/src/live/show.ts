import { encodeRecord } from "../encode-record.ts";
import { readRecord, refusalText } from "../read-record.ts";
import { SpanHistory } from "./history.ts";
import { emptyRecord, liveRecord, MemorySeries } from "./live-record.ts";
import type { LiveJob, LiveUpdate } from "./messages.ts";
import type { Viewer } from "./viewer.ts";

/** Spans in one event; a viewer who comes late gets several. */
const SPANS_PER_EVENT = 5_000;

/** What is shown of the job that started last, and who looks at it. */
export class Show {
  readonly viewers = new Set<Viewer>();
  #job: LiveJob | undefined;
  #history = new SpanHistory();
  #memory = new MemorySeries();
  #update: LiveUpdate | undefined;
  /** Data of the last event of its kind; undefined where there was none. */
  #report: string | undefined;

  /** A job starts: what came before is forgotten. */
  begin(job: LiveJob): void {
    this.#job = job;
    this.#history = new SpanHistory();
    this.#memory = new MemorySeries();
    this.#update = undefined;
    this.#report = undefined;
    for (const viewer of this.viewers) this.#sendJob(viewer, job);
  }

  /** @param resident bytes of the process now */
  figures(update: LiveUpdate, resident: number): void {
    if (this.#job === undefined) return;
    this.#memory.add(update.progress.elapsed, resident);
    this.#history.add(update.spans);
    this.#update = update;
    const figures = this.#figures();
    for (const viewer of this.viewers) this.#sendFigures(viewer, figures);
  }

  report(record: object): void {
    const reading = readRecord(record);
    this.#report =
      reading.kind === "record"
        ? JSON.stringify(encodeRecord(reading.record))
        : JSON.stringify({ refused: refusalText(reading) });
    for (const viewer of this.viewers) viewer.send("report", this.#report);
  }

  /** Shows a new viewer all that there is. */
  join(viewer: Viewer): void {
    this.viewers.add(viewer);
    if (this.#job === undefined) return;
    this.#sendJob(viewer, this.#job);
    if (this.#report !== undefined) viewer.send("report", this.#report);
    else this.#sendFigures(viewer, this.#figures());
  }

  #sendJob(viewer: Viewer, job: LiveJob): void {
    viewer.spans = 0;
    viewer.send("job", JSON.stringify(emptyRecord(job)));
  }

  #figures(): string | undefined {
    if (this.#job === undefined || this.#update === undefined) return undefined;
    const { progress } = this.#update;
    const record = liveRecord(this.#job, this.#update, this.#memory.memory);
    return JSON.stringify({ record, progress });
  }

  #sendFigures(viewer: Viewer, figures: string | undefined): void {
    if (figures === undefined || viewer.isBehind) return;
    viewer.send("figures", figures);
    const { length } = this.#history;
    while (viewer.spans < length && !viewer.isBehind) {
      const to = Math.min(length, viewer.spans + SPANS_PER_EVENT);
      const count = Math.max(to - viewer.spans, this.#update?.chunks ?? 0);
      viewer.send("spans", this.#history.packed(viewer.spans, to, count));
      viewer.spans = to;
    }
  }
}
