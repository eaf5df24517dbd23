import { randomBytes } from "node:crypto";
import { Worker } from "node:worker_threads";
import { InvalidOptionError, type ObservedJob, observeJobs, SwathError } from "swath/plugin";
import type { FromServer, ToServer } from "./messages.ts";
import { Sampler } from "./sampler.ts";

/** Updates while somebody looks: 4 a second. */
const UPDATE_MS = 250;
/** The last report is handed over within this time, or not at all. */
const DELIVERY_MS = 1_000;
const MAX_PORT = 65_535;
/** Nobody guesses 128 bits. */
const TOKEN_BYTES = 16;

/** Options of {@link serve}. */
export interface ServeOptions {
  /** Port on 127.0.0.1. @default one that is free */
  readonly port?: number;
}

/** The live page could not be served. */
export class LivePageError extends SwathError {
  readonly code = "SWATH_LIVE_PAGE";
}

/**
 * Serves a page that shows the jobs of this thread while they run: those that start from now on,
 * the newest at a time, and each one's report when it has ended. It is bound to this machine, and
 * only who has its address sees it.
 *
 * It costs next to nothing while nobody looks, and does not keep the program alive, save for a
 * second to hand over a report to those who do.
 *
 * @throws InvalidOptionError
 * @throws LivePageError if the port is taken
 * @example
 * const page = await serve();
 * console.error(`live at ${page.url}`);
 * await map(scenes, ndvi);
 */
export async function serve({ port = 0 }: ServeOptions = {}): Promise<LivePage> {
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw new InvalidOptionError("port", `a whole number from 0 to ${MAX_PORT}`, port);
  }
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const worker = new Worker(new URL("./live-entry.js", import.meta.url), {
    workerData: { token, port },
    // What the program was started with is not for this thread, such as loaders and profilers.
    execArgv: [],
    name: "swath live page",
  });
  const bound = await new Promise<number>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (message: FromServer) => {
      if (message.kind === "listening") resolve(message.port);
      else reject(new LivePageError(`Cannot serve the live page: ${textOf(message)}`));
    });
  }).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  return new LivePage(worker, `http://127.0.0.1:${bound}/${token}/`);
}

function textOf(message: FromServer): string {
  return message.kind === "failed" ? message.message : message.kind;
}

/** A page that is served. Made by {@link serve}. */
export class LivePage implements AsyncDisposable {
  /** For whoever may look: the address is the key. */
  readonly url: string;
  readonly #worker: Worker;
  readonly #stopObserving: () => void;
  #viewers = 0;
  #job: ObservedJob | undefined;
  #sampler: Sampler | undefined;
  #timer: NodeJS.Timeout | undefined;
  #record: object | undefined;
  /** Of the reports that are being handed over, in their order. */
  readonly #onDelivered: (() => void)[] = [];
  #deliveries = 0;
  #onClosed: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(worker: Worker, url: string) {
    this.url = url;
    this.#worker = worker;
    worker.on("message", (message: FromServer) => this.#hear(message));
    // A page that breaks is no reason for the program to.
    worker.on("error", () => void this.close());
    worker.unref();
    this.#stopObserving = observeJobs((job) => this.watch(job));
  }

  /** Shows a job from now on, which may have started before. */
  watch(job: ObservedJob): void {
    this.#job = job;
    this.#sampler = new Sampler(job);
    this.#record = undefined;
    const { number, task, workers, schedule, progress } = job;
    this.#tell({
      kind: "job",
      job: {
        number,
        task,
        workers: Math.max(1, workers),
        schedule,
        startedAt: new Date(Date.now() - progress.elapsed).toISOString(),
      },
    });
    this.#setTimer();
    void job.report.then(({ record }) => this.#ended(job, record));
  }

  /** Stops serving, once those who look have what there is, or after a second. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#stopObserving();
    clearInterval(this.#timer);
    this.#job = undefined;
    await this.#within((done) => {
      this.#onClosed = done;
      this.#tell({ kind: "close" });
    });
    await this.#worker.terminate();
  }

  #hear(message: FromServer): void {
    switch (message.kind) {
      case "viewers":
        this.#viewers = message.count;
        // Who comes when all is over finds the report.
        if (this.#record !== undefined && this.#viewers > 0) this.#sendRecord(this.#record);
        this.#setTimer();
        return;
      case "delivered":
        this.#onDelivered.shift()?.();
        return;
      case "closed":
        this.#onClosed?.();
        return;
      case "listening":
      case "failed":
        return;
      default:
        message satisfies never;
    }
  }

  #setTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#viewers === 0 || this.#job === undefined) return;
    this.#update();
    this.#timer = setInterval(() => this.#update(), UPDATE_MS).unref();
  }

  #update(): void {
    const update = this.#sampler?.update();
    if (update === undefined) return;
    const { buffer } = update.spans;
    this.#worker.postMessage({ kind: "figures", update } satisfies ToServer, [
      buffer as ArrayBuffer,
      update.sums.buffer as ArrayBuffer,
    ]);
  }

  #ended(job: ObservedJob, record: object): void {
    if (this.#job !== job) return;
    this.#job = undefined;
    this.#setTimer();
    this.#record = record;
    if (this.#viewers > 0) this.#sendRecord(record);
  }

  #sendRecord(record: object): void {
    this.#record = undefined;
    // Else the program might end before the report has left it.
    this.#worker.ref();
    this.#deliveries++;
    void this.#within((done) => {
      this.#onDelivered.push(done);
      this.#tell({ kind: "report", record });
    }).then(() => {
      if (--this.#deliveries === 0) this.#worker.unref();
    });
  }

  /** Settles when `done` was called, or after {@link DELIVERY_MS}. */
  #within(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, DELIVERY_MS);
      start(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  #tell(message: ToServer): void {
    this.#worker.postMessage(message);
  }
}
