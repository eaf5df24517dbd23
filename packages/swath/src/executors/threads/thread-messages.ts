import type { MessagePort } from "node:worker_threads";
import type { EncodedError } from "../../protocol/errors.ts";
import type { SavedMemory } from "./saved-memory.ts";
import type { ThreadOptions } from "./thread-options.ts";

/** What a thread starts with. */
export interface ThreadData
  extends Pick<ThreadOptions, "maxItemsPerWorker" | "maxMemoryPerWorker"> {
  readonly dataPort: MessagePort;
  readonly bell: MessagePort;
  readonly worker: number;
  readonly saved: SavedMemory;
  /** One word, as `JobHost.gate` has it. */
  readonly gate: Int32Array;
  /** Where swath itself lies; undefined in a bundle that does not know. */
  readonly url: string | undefined;
  /** What `process.execArgv` is to be in the thread: the program's flags. */
  readonly execArgv: readonly string[];
  /** Whether anybody takes what is printed. */
  readonly prints: boolean;
  /** Jobs whose modules are being loaded; and 1 once the thread is to end when it has them. */
  readonly loading: Int32Array;
  /** One word: bytes of output that are on their way. */
  readonly unwritten: Int32Array;
}

/** Words of {@link ThreadData.loading}. */
export const LOADING = { jobs: 0, isLast: 1, words: 2 } as const;

/** What a worker tells of itself, whatever job it works for. */
export type FromThread =
  /** Its own code runs. */
  | { readonly thread: number; readonly kind: "up" }
  | ({ readonly thread: number; readonly kind: "printed" } & Printed)
  /** Something threw where nobody could catch it; the thread ends. */
  | ({ readonly thread: number; readonly kind: "uncaught" } & Uncaught)
  /** It has done its share: it begins nothing more, closes its jobs and ends. */
  | { readonly thread: number; readonly kind: "worn"; readonly why: string };

/** Something that a task printed. */
export interface Printed {
  readonly to: "stdout" | "stderr";
  readonly bytes: Uint8Array;
  /** The item that printed it; -1 if it is not known. */
  readonly itemIndex: number;
  /** A whole line of `context.log`: marked in any case. */
  readonly isLog: boolean;
}

/** What was thrown outside of any call that swath waits for, and whose it is. */
export interface Uncaught {
  /** Undefined where no item could be found that caused it. */
  readonly job: number | undefined;
  readonly itemIndex: number | undefined;
  readonly error: EncodedError;
}
