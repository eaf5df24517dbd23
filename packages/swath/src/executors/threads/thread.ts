import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type Worker,
} from "node:worker_threads";
import { postCarried, receiveCarried } from "../../codecs/carry.ts";
import { decodeResults } from "../../codecs/results-decoder.ts";
import { messageOf } from "../../errors.ts";
import { now } from "../../protocol/clock.ts";
import { decodeError } from "../../protocol/errors.ts";
import type { FromWorker, Ring, ToWorker } from "../../protocol/messages.ts";
import type { ResultMessage, Rows } from "../../protocol/results.ts";
import { OutputLines } from "./output-lines.ts";
import { threadProgram } from "./program.ts";
import { SavedResults } from "./saved-results.ts";
import { flagsOfThreads, startWorker } from "./start-worker.ts";
import { type FromThread, LOADING, type ThreadData, type Uncaught } from "./thread-messages.ts";
import type { ThreadOptions } from "./thread-options.ts";

/** A worker that is to be replaced has this long to dispose of what its jobs opened. */
const PARTING_MS = 1_000;

/** A thread whose event loop turns hears within this time that it is to end. */
const HEARING_MS = 20;

/**
 * One that loads modules has longer: Node 20 aborts the whole process where a thread is ended while
 * it evaluates a module that awaits at its top level.
 */
const LOADING_MS = 2_000;

/** What a thread tells its pool. */
export interface ThreadHandlers {
  message(message: FromWorker): void;
  /** It has ended, asked to or not. Called once. */
  exit(end: ThreadEnd): void;
}

/** How a thread came to its end. */
export interface ThreadEnd {
  readonly reason: Error;
  /** Whether it had begun with anything. */
  readonly wasUp: boolean;
  readonly uncaught: Uncaught | undefined;
  /** What it saved and nobody has taken. */
  readonly saved: SavedResults;
  /** Whether it was to begin nothing more. */
  readonly wasHeld: boolean;
}

/**
 * One worker thread and the two ways to it: a doorbell and a data port. Neither is the thread's
 * `parentPort`, which belongs to tasks: they may listen to it, close it or post to it.
 */
export class Thread {
  readonly #index: number;
  readonly #handlers: ThreadHandlers;
  readonly #worker: Worker | undefined;
  readonly #bell: MessagePort;
  readonly #port: MessagePort;
  readonly #output: OutputLines;
  /** Counted up by two by the thread before each item; odd once it must begin no more. */
  readonly #gate = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** As {@link ThreadData.loading}. */
  readonly #loading = new Int32Array(
    new SharedArrayBuffer(LOADING.words * Int32Array.BYTES_PER_ELEMENT),
  );
  /** Results that the thread has saved, and that are to be put to their chunk. */
  readonly saved = new SavedResults();
  readonly #exited: Promise<void>;
  #settleExited!: () => void;
  #reason: Error | undefined;
  #uncaught: Uncaught | undefined;
  #parting: NodeJS.Timeout | undefined;
  #isUp = false;
  #isStopping = false;

  /** Never throws: a thread that cannot be started ends at once, giving the reason. */
  constructor(index: number, options: ThreadOptions, handlers: ThreadHandlers) {
    const data = new MessageChannel();
    const bell = new MessageChannel();
    const { stdio = "plain" } = options;
    const unwritten = new Int32Array(new SharedArrayBuffer(4));
    this.#index = index;
    this.#handlers = handlers;
    this.#port = data.port1;
    this.#bell = bell.port1;
    this.#output = new OutputLines(index, stdio, unwritten);
    this.#exited = new Promise((resolve) => {
      this.#settleExited = resolve;
    });
    const { maxItemsPerWorker, maxMemoryPerWorker } = options;
    const threadData: ThreadData = {
      dataPort: data.port2,
      bell: bell.port2,
      worker: index,
      saved: this.saved.memory,
      gate: this.#gate,
      loading: this.#loading,
      url: import.meta.url,
      execArgv: flagsOfThreads(),
      prints: stdio !== "ignore",
      unwritten,
      maxItemsPerWorker,
      maxMemoryPerWorker,
    };
    // The thread itself keeps the program alive while there is work.
    this.#bell.on("message", (message: FromThread | FromWorker) => this.#take(message)).unref();
    this.#worker = this.#start(threadData, options);
  }

  /** Whether its own code runs; before that it can hear nothing. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Sends a message, moving some of its memory; returns the milliseconds that encoding took. */
  send(message: ToWorker, moves: readonly ArrayBuffer[] = []): number {
    const begin = now();
    postCarried(this.#port, message, moves);
    const took = now() - begin;
    this.ring({ kind: "messages" });
    return took;
  }

  /** Rings the doorbell: the thread hears it as soon as its event loop turns. */
  ring(ring: Ring): void {
    this.#bell.postMessage(ring);
  }

  /** Takes the next results off the data port; `decode` is what that took, in milliseconds. */
  receive(): { readonly values: Rows; readonly decode: number } {
    const begin = now();
    const received = receiveCarried(this.#port);
    const values = decodeResults((received?.message ?? []) as ResultMessage);
    return { values, decode: now() - begin };
  }

  /**
   * Lets the thread begin nothing more, if it still is where it was.
   *
   * @param isStill whether it is, asked once the gate has been read
   * @returns false if it has gone on meanwhile
   */
  closeGate(isStill: () => boolean): boolean {
    const seen = Atomics.load(this.#gate, 0);
    if (!isStill()) return false;
    return Atomics.compareExchange(this.#gate, 0, seen, seen | 1) === seen;
  }

  /** Keeps the program alive while there is work, and only then. */
  keepAlive(busy: boolean): void {
    // Whoever stops it waits for its end.
    if (busy || this.#isStopping) this.#worker?.ref();
    else this.#worker?.unref();
  }

  /**
   * Asks the thread to end, and ends it if it does not hear: an endless loop hears nothing.
   *
   * @param reason what it ends with
   */
  async end(reason: Error): Promise<void> {
    this.#isStopping = true;
    this.#reason ??= reason;
    this.ring({ kind: "end" });
    const deaf = setTimeout(() => void this.stop(), HEARING_MS);
    await this.#exited;
    clearTimeout(deaf);
  }

  /**
   * Ends the thread at once, whatever it is doing, but for loading modules: then as soon as it has
   * them, or does not come to that.
   *
   * @param reason what it ends with
   */
  async stop(reason?: Error): Promise<void> {
    this.#isStopping = true;
    this.#reason ??= reason;
    Atomics.store(this.#loading, LOADING.isLast, 1);
    const isLoading = Atomics.load(this.#loading, LOADING.jobs) > 0;
    // Heard while a module awaits something.
    if (isLoading) this.ring({ kind: "end" });
    const late = isLoading ? setTimeout(() => this.#terminate(), LOADING_MS) : undefined;
    if (!isLoading) this.#terminate();
    await this.#exited;
    clearTimeout(late);
  }

  #terminate(): void {
    void this.#worker?.terminate();
  }

  #start(data: ThreadData, { resourceLimits }: ThreadOptions): Worker | undefined {
    try {
      const program = threadProgram();
      const worker = startWorker(program.entry, {
        eval: program.eval,
        workerData: data,
        transferList: [data.dataPort, data.bell, data.saved.port],
        name: `swath ${this.#index}`,
        ...(resourceLimits === undefined ? {} : { resourceLimits: definedOf(resourceLimits) }),
      });
      worker.unref();
      // They are gone when the thread is.
      const heapLimit = worker.resourceLimits?.maxOldGenerationSizeMb;
      worker.on("error", (error: Error) => {
        this.#reason ??= isOutOfMemory(error) ? outOfMemory(heapLimit, error) : error;
      });
      worker.once("exit", (code) => this.#ended(`the thread exited with code ${code}`));
      return worker;
    } catch (cause) {
      this.#reason = new Error(`the thread cannot be started: ${messageOf(cause)}`, { cause });
      setImmediate(() => this.#ended(""));
      return undefined;
    }
  }

  #take(message: FromThread | FromWorker): void {
    if ("thread" in message) return this.#hear(message);
    // Lines that have no end yet are shown before the job's own end is.
    if (message.kind === "closed") this.#output.flush();
    this.#handlers.message(message);
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case "up":
        this.#isUp = true;
        return;
      case "printed":
        return this.#output.write(message);
      case "uncaught":
        this.#uncaught ??= message;
        this.#reason ??= decodeError(message.error);
        return;
      case "worn":
        this.#reason ??= new Error(`the worker was replaced: ${message.why}`);
        this.#parting = setTimeout(() => void this.stop(), PARTING_MS);
        return;
      default:
        message satisfies never;
    }
  }

  #ended(text: string): void {
    clearTimeout(this.#parting);
    // What it said last may wait still: a thread's end overtakes its messages.
    for (;;) {
      const last = receiveMessageOnPort(this.#bell);
      if (last === undefined) break;
      this.#take(last.message as FromThread | FromWorker);
    }
    this.#bell.close();
    this.#output.flush();
    this.#port.close();
    this.saved.end();
    const reason = this.#reason ?? new Error(text);
    this.#handlers.exit({
      reason,
      wasUp: this.#isUp,
      uncaught: this.#uncaught,
      saved: this.saved,
      wasHeld: (Atomics.load(this.#gate, 0) & 1) === 1,
    });
    this.#settleExited();
  }
}

function isOutOfMemory(error: Error): boolean {
  return "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

/** Node's own words do not say which limit it was, nor what to do. */
function outOfMemory(megabytes: number | undefined, cause: Error): Error {
  const limit = megabytes === undefined ? "its heap limit" : `its heap limit of ${megabytes} MB`;
  const message =
    `it reached ${limit} (ERR_WORKER_OUT_OF_MEMORY). Keep less, use smaller chunks (\`chunk\`), ` +
    "or raise `resourceLimits.maxOldGenerationSizeMb`";
  return Object.assign(new Error(message, { cause }), { code: "ERR_WORKER_OUT_OF_MEMORY" });
}

/** Node takes a limit that is there and undefined for a mistake. */
function definedOf<T extends object>(limits: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(limits).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
