import type { RunRecord } from "../../record.ts";
import type { Change, Predicted, Replay, ReplayScope } from "../../replay.ts";
import { REPLAY_ID } from "../../slots.ts";
import type { FromReplay, ToReplay } from "./messages.ts";

/**
 * The replay of a record, in a thread of its own: of 100,000 chunks it takes seconds. Undefined
 * where the record cannot be replayed at all, or the page lacks the code for it.
 */
export function replayOf(record: RunRecord): Replay | undefined {
  const { spans, perWorker = [], executor } = record;
  const code = document.getElementById(REPLAY_ID)?.textContent;
  const hasRun = executor !== "inline" && perWorker.some(({ ready }) => ready !== undefined);
  if (!code || spans === undefined || spans.recorded === 0 || !hasRun) return undefined;
  return new ReplayThread(record, code);
}

interface Waiting {
  readonly resolve: (predicted: Predicted) => void;
  readonly reject: (error: Error) => void;
}

class ReplayThread implements Replay {
  readonly #record: RunRecord;
  readonly #code: string;
  #worker: Worker | undefined;
  #opening: Promise<ReplayScope | undefined> | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;

  constructor(record: RunRecord, code: string) {
    this.#record = record;
    this.#code = code;
  }

  open(): Promise<ReplayScope | undefined> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async predict(change: Change): Promise<Predicted> {
    await this.open();
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#tell({ kind: "predict", id, change });
    });
  }

  #open(): Promise<ReplayScope | undefined> {
    const url = URL.createObjectURL(new Blob([this.#code], { type: "text/javascript" }));
    const worker = new Worker(url);
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      worker.addEventListener("message", ({ data }: MessageEvent<FromReplay>) => {
        URL.revokeObjectURL(url);
        if (data.kind === "opened") resolve(data.scope);
        else if (data.kind === "predicted") this.#answer(data.id, data.predicted);
        else this.#fail(new Error(data.message), reject);
      });
      worker.addEventListener("error", () => {
        this.#fail(new Error("This browser lets no file start a thread"), reject);
      });
      this.#tell({ kind: "open", record: this.#record });
    });
  }

  #answer(id: number, predicted: Predicted): void {
    this.#waiting.get(id)?.resolve(predicted);
    this.#waiting.delete(id);
  }

  #fail(error: Error, reject: (error: Error) => void): void {
    reject(error);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  #tell(message: ToReplay): void {
    this.#worker?.postMessage(message);
  }
}
