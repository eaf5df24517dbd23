import { format } from "node:util";
import type { ItemFailure } from "../protocol/messages.ts";
import { newBeat } from "./beat.ts";

/** What the thread around a job gives to it. */
export interface JobHost {
  /** What other threads may read, as `beat.ts` has it. */
  readonly beat: Float64Array;
  /**
   * Where the thread may be ended because of one item, which then must be the one that runs: a
   * word that is counted up by two before each item, and odd once the thread must begin no more.
   */
  readonly gate: Int32Array | undefined;
  /** Where the end of the thread cannot reach what is done; undefined where nobody would look. */
  readonly saver: Saver | undefined;
  /** Whether results leave the thread, and are worth being encoded. */
  readonly sends: boolean;
  /** Whether the job is still wanted, now that its modules are loaded. */
  mayOpen(): boolean;
  /** The source is open; `init` comes next. */
  loaded(): void;
  /** From now to {@link leave}, what happens is item `context.index`'s doing. */
  enter(context: { readonly index: number }): void;
  leave(): void;
  /** Whether the thread must begin nothing more. */
  mustEnd(): boolean;
  /** Ends the thread between two items. */
  end(): void;
  /** A line for stderr, without its end. */
  log(line: string, itemIndex: number): void;
}

/** Keeps the results of one chunk at a time, each as soon as there is one. */
export interface Saver {
  /** Whether every result must be saved, whatever that costs. */
  readonly isAsked: boolean;
  /** Of the chunk: messages posted, and milliseconds that they took. */
  readonly posted: { readonly count: number; readonly ms: number };
  /** What comes now is of this chunk. */
  begin(chunk: { readonly id: number; readonly start: number }): void;
  /** No chunk is saved now. */
  rest(): void;
  /**
   * Saves a result; the indices before it are done.
   *
   * @returns what the chunk's own results hold in its place: undefined if it is gone
   * @throws UnsendableResult
   */
  keep(index: number, value: unknown): unknown;
  /** Saves that an index has failed for good. */
  failed(index: number, failure: ItemFailure): void;
}

/** A result that cannot leave the thread. */
export class UnsendableResult {
  readonly index: number;
  readonly #refusal: Error;

  constructor(index: number, refusal: Error) {
    this.index = index;
    this.#refusal = refusal;
  }

  get refusal(): Error {
    return this.#refusal;
  }

  /** Unlike `instanceof`, it touches nothing: a task may have thrown a proxy. */
  static is(thrown: unknown): thrown is UnsendableResult {
    return typeof thrown === "object" && thrown !== null && #refusal in thrown;
  }
}

/** A host where nobody watches: the caller's own thread. */
export function plainHost(): JobHost {
  return {
    beat: newBeat(),
    gate: undefined,
    saver: undefined,
    sends: false,
    mayOpen: () => true,
    loaded() {},
    enter() {},
    leave() {},
    mustEnd: () => false,
    end() {},
    log(line, itemIndex) {
      const item = itemIndex < 0 ? "" : `, item ${itemIndex}`;
      process.stderr.write(`[worker 0${item}] ${line}\n`);
    },
  };
}

/** `context.log`: its arguments as `console.log` would format them. */
export function logOf(
  host: JobHost,
  context: { readonly index: number },
): (...args: readonly unknown[]) => void {
  return (...args) => host.log(format(...args), context.index);
}
