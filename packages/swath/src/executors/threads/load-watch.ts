import { LoadTimeoutError } from "../../errors.ts";
import { taskName } from "../../protocol/reference.ts";
import type { JobRequest } from "../executor.ts";

/** Watches, from this thread, how long a worker takes to load what a job needs. */
export class LoadWatch {
  readonly #request: JobRequest;
  readonly #worker: number;
  readonly #late: (error: LoadTimeoutError) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: JobRequest, worker: number, late: (error: LoadTimeoutError) => void) {
    this.#request = request;
    this.#worker = worker;
    this.#late = late;
  }

  /** The time counts from now; at its end `isLate` has the last word. */
  start(isLate: () => boolean): void {
    const { loadTimeout = 0, spec } = this.#request;
    this.end();
    if (loadTimeout === 0) return;
    this.#timer = setTimeout(() => {
      const url = "url" in spec.task ? spec.task.url : taskName(spec.task);
      if (isLate()) this.#late(new LoadTimeoutError({ url, worker: this.#worker, loadTimeout }));
    }, loadTimeout);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
