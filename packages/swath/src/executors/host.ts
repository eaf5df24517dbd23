import { format } from "node:util";

/** What the thread around a job gives to it. */
export interface JobHost {
  /** What other threads may read, as `protocol/messages.ts` has it. */
  readonly beat: Float64Array;
  /** Whether results leave the thread, and are worth being encoded. */
  readonly sends: boolean;
  /** The task's module is loaded and the source open; `init` comes next. */
  loaded(): void;
  /** From now to {@link leave}, what happens is item `context.index`'s doing. */
  enter(context: { readonly index: number }): void;
  leave(): void;
  /** A line for stderr, without its end. */
  log(line: string, itemIndex: number): void;
}

/** A host where nobody watches: the caller's own thread. */
export function plainHost(): JobHost {
  return {
    beat: Float64Array.of(-1, -1, 0),
    sends: false,
    loaded() {},
    enter() {},
    leave() {},
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
