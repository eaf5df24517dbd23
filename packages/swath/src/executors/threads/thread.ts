import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { now } from "../../protocol/clock.ts";
import type { FromWorker, Ring, ToWorker } from "../../protocol/messages.ts";
import { ENTRY_TEXT } from "./entry-text.ts";

/** Not written where it is used: bundlers would copy the file, without what it imports. */
const ENTRY_FILE = "./thread-entry.js";

/** What a thread tells its pool. */
export interface ThreadHandlers {
  message(message: FromWorker): void;
  /** It has ended, asked to or not. Called once. */
  exit(reason: Error): void;
}

/** One worker thread and the two ways to it: a doorbell and a data port. */
export class Thread {
  readonly #worker: Worker;
  readonly #port;
  readonly #exited: Promise<void>;
  #lastError: Error | undefined;
  #isStopping = false;

  constructor(index: number, handlers: ThreadHandlers) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const entry = ENTRY_TEXT ?? new URL(ENTRY_FILE, import.meta.url);
    this.#worker = new Worker(entry, {
      eval: ENTRY_TEXT !== undefined,
      workerData: { dataPort: port2, worker: index, url: import.meta.url },
      transferList: [port2],
      name: `swath ${index}`,
    });
    this.#worker.unref();
    this.#worker.on("message", (message: unknown) => {
      if (isFromWorker(message)) handlers.message(message);
    });
    this.#worker.on("error", (error: Error) => {
      this.#lastError = error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        port1.close();
        handlers.exit(this.#lastError ?? new Error(`the thread exited with code ${code}`));
        resolve();
      });
    });
  }

  /** Sends a message and returns the milliseconds that encoding took. */
  send(message: ToWorker): number {
    const begin = now();
    this.#port.postMessage(message);
    const took = now() - begin;
    this.ring({ kind: "messages" });
    return took;
  }

  /** Rings the doorbell: the thread hears it as soon as its event loop turns. */
  ring(ring: Ring): void {
    this.#worker.postMessage(ring);
  }

  /** Takes the next results off the data port; `decode` is what that took, in milliseconds. */
  receive(): { readonly values: unknown[]; readonly decode: number } {
    const begin = now();
    const received = receiveMessageOnPort(this.#port);
    const values = (received?.message ?? []) as unknown[];
    return { values, decode: now() - begin };
  }

  /** Keeps the program alive while there is work, and only then. */
  keepAlive(busy: boolean): void {
    // Whoever stops it waits for its end.
    if (busy || this.#isStopping) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Ends the thread at once, whatever it is doing. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    void this.#worker.terminate();
    await this.#exited;
  }
}

/** Tasks may post messages of their own; they are not for us. */
function isFromWorker(message: unknown): message is FromWorker {
  return typeof message === "object" && message !== null && "kind" in message && "job" in message;
}
