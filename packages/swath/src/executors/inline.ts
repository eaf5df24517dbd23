import type { Executor, ExecutorEvent, JobRequest, OpenJob } from "./executor.ts";
import { InlineJob } from "./inline-job.ts";

/** Runs chunks in the thread that asks, one after the other: the serial twin of the threads. */
export class InlineExecutor implements Executor {
  readonly workers = 1;

  open(request: JobRequest, on: (event: ExecutorEvent) => void): OpenJob {
    return new InlineJob(request, on, request.slicer);
  }

  async close(): Promise<void> {}
}
