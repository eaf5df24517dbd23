import { ThreadExecutor } from "../../../dist/executors/threads/threads.js";
import type { ExecutorEvent, OpenJob } from "../../../src/executors/executor.ts";
import type { ThreadOptions } from "../../../src/executors/threads/thread-options.ts";
import type { JobSpec } from "../../../src/protocol/messages.ts";
import { referenceOf, type TaskReference } from "../../../src/protocol/reference.ts";

/** One job on threads, without a driver: the test says what runs where. */
export interface DirectJob extends AsyncDisposable {
  readonly job: OpenJob;
  readonly events: readonly ExecutorEvent[];
  /** Sends the items `[start, end)`. */
  run(worker: number, id: number, start: number, end: number): void;
  /** The next event of a kind, or the one that has been. */
  next<K extends ExecutorEvent["kind"]>(
    kind: K,
    count?: number,
  ): Promise<ExecutorEvent & { readonly kind: K }>;
}

/** Opens a job over the numbers from 0 up. */
export function openDirectly(
  fn: unknown,
  options: ThreadOptions & {
    workers?: number;
    with?: unknown;
    loadTimeout?: number;
    mayHold?: boolean;
  } = {},
): DirectJob {
  const { workers = 1, loadTimeout = 0, mayHold = false, with: shared, ...threads } = options;
  const executor = new ThreadExecutor(workers, threads);
  const events: ExecutorEvent[] = [];
  let wake = () => {};
  const spec: JobSpec = {
    task: referenceOf(fn) as TaskReference,
    mode: "map",
    source: { kind: "range", first: 0, step: 1 },
    itemCount: 1_000,
    unit: 1,
    init: undefined,
    with: shared,
    results: "values",
    initial: undefined,
    retries: 0,
    retryDelay: 0,
  };
  const request = { spec, local: {}, loadTimeout, mayHold };
  const job = executor.open(request as never, (event: ExecutorEvent) => {
    events.push(event);
    wake();
  }) as OpenJob;
  return {
    job,
    events,
    run: (worker, id, start, end) => {
      job.run(worker, {
        id,
        start,
        end,
        attempt: 1,
        tries: 0,
        keepGoing: false,
        items: undefined,
        isFresh: false,
      });
    },
    async next(kind, count = 1) {
      for (;;) {
        const found = events.filter((event) => event.kind === kind)[count - 1];
        if (found !== undefined) return found as never;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async [Symbol.asyncDispose]() {
      await job.close({ abandon: true });
      await executor.close();
    },
  };
}
