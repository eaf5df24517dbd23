import { type Reading, readRecord } from "../../read-record.ts";
import type { RunRecord } from "../../record.ts";
import { unpackSpans } from "../../spans/unpack.ts";
import { decodedRecord, fromBase64 } from "../embedded.ts";
import { SpanStore } from "./span-store.ts";

/** How far a job is. Seconds. */
export interface Progress {
  readonly done: number;
  readonly total: number | undefined;
  readonly resumed: number;
  readonly failed: number;
  readonly elapsed: number;
}

/** What a live page shows. */
export interface LiveState {
  /** `lost`: nothing more comes, and there is no report. */
  readonly phase: "waiting" | "running" | "ended" | "lost";
  readonly record: RunRecord | undefined;
  readonly progress: Progress | undefined;
  readonly refused: Reading | undefined;
}

export const WAITING: LiveState = {
  phase: "waiting",
  record: undefined,
  progress: undefined,
  refused: undefined,
};

/** An event of the server, by name. Nothing in it is trusted. */
export type LiveEvent = "job" | "figures" | "spans" | "report" | "bye";

/** Adds up the events of a server to what there is to show. */
export class LiveJob {
  #state = WAITING;
  #spans = new SpanStore();

  get state(): LiveState {
    return this.#state;
  }

  /** Takes the spans that came into the record; apart, for drawing them is the dearest. */
  showSpans(): void {
    const { record, phase } = this.#state;
    if (record === undefined || phase !== "running") return;
    const spans = this.#spans.spans(record.chunks?.count ?? 0);
    if (spans === undefined || spans.recorded === record.spans?.recorded) return;
    this.#state = { ...this.#state, record: { ...record, spans } };
  }

  async on(event: LiveEvent, data: string): Promise<void> {
    switch (event) {
      case "job":
        this.#spans = new SpanStore();
        return this.#take({ phase: "running", progress: undefined }, readRecord(JSON.parse(data)));
      case "figures": {
        const { record, progress } = JSON.parse(data) as { record: unknown; progress: Progress };
        return this.#take({ progress }, readRecord(record));
      }
      case "spans": {
        const unpacked = unpackSpans(fromBase64(data));
        if (unpacked !== undefined) this.#spans.add(unpacked.spans);
        return;
      }
      case "report": {
        const { json, spans } = JSON.parse(data) as { json?: string; spans?: string };
        return this.#take({ phase: "ended" }, await decodedRecord(json ?? "", spans), false);
      }
      case "bye":
        return this.gone();
      default:
        event satisfies never;
    }
  }

  /** The server is there no more. */
  gone(): void {
    if (this.#state.phase !== "ended") this.#state = { ...this.#state, phase: "lost" };
  }

  #take(more: Partial<LiveState>, reading: Reading, keepsSpans = true): void {
    const next = { ...this.#state, ...more };
    if (reading.kind === "refused") this.#state = { ...next, refused: reading };
    else {
      // Until new ones are drawn; they are of the same job, save after `job`.
      const spans = keepsSpans && more.phase === undefined ? this.#state.record?.spans : undefined;
      const record = spans === undefined ? reading.record : { ...reading.record, spans };
      this.#state = { ...next, record, refused: undefined };
    }
  }
}
