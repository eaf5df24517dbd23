import { countText, type ObservedJob, type ObservedReport } from "../plugin.ts";
import { ProgressLine, type ProgressMode } from "./progress.ts";
import type { ReportTeller } from "./report-teller.ts";

/** How the jobs of a script are told of. */
export interface WatchOptions {
  readonly progress: ProgressMode;
  readonly reports: ReportTeller;
}

/**
 * Shows on stderr how far the jobs of a script are, one at a time, and the report of each when
 * it has ended.
 */
export class JobWatch {
  readonly #options: WatchOptions;
  /** The first is the one that is shown. */
  readonly #running: ObservedJob[] = [];
  readonly #stopped: ObservedJob[] = [];
  #line: ProgressLine | undefined;
  #stop: { readonly reason: unknown } | undefined;
  #started = 0;
  #told = 0;
  #resumed = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    // What the script writes to the terminal must not stand behind the bar.
    for (const stream of [process.stdout, process.stderr]) {
      if (stream.isTTY) beforeWrites(stream, () => this.#line?.erase());
    }
  }

  /** Takes up a job that has just started; once all are stopped, it is stopped too. */
  add(job: ObservedJob): void {
    this.#running.push(job);
    this.#started++;
    void job.report.then((report) => this.#end(job, report));
    if (this.#stop !== undefined) return this.#stopJob(job, this.#stop.reason);
    this.#show();
  }

  /** Jobs that were stopped before their end. */
  get unfinished(): readonly ObservedJob[] {
    return this.#stopped.filter(({ progress }) => progress.done !== progress.total);
  }

  /** Stops all jobs, and those that will start; settles when none runs any more. */
  async stop(reason: unknown): Promise<void> {
    this.#stop = { reason };
    this.clear();
    const running = [...this.#running];
    for (const job of running) this.#stopJob(job, reason);
    await Promise.all(running.map(({ report }) => report));
  }

  /** Clears the line of progress, so that something else can be written. */
  clear(): void {
    this.#line?.stop();
    this.#line = undefined;
  }

  #stopJob(job: ObservedJob, reason: unknown): void {
    this.#stopped.push(job);
    job.stop(reason);
  }

  /** The program is over: says why there is no report at all, if there is none. */
  tellNone(): void {
    if (this.#told === 0) this.#options.reports.tellNone(this.#whyNone());
  }

  #whyNone(): string {
    if (this.#started === 0) return "the script ran no loop of swath";
    if (this.#stop !== undefined) return "the run was stopped";
    if (this.#resumed > 0) return "all that was to be done was in the journal";
    return "the script ended before its loop had one";
  }

  #end(job: ObservedJob, report: ObservedReport): void {
    this.#running.splice(this.#running.indexOf(job), 1);
    this.clear();
    if (this.#stop !== undefined) return;
    this.#tell(job, report);
    this.#show();
  }

  #tell({ task, journal, progress }: ObservedJob, { record }: ObservedReport): void {
    const { done, resumed } = progress;
    const items = resumed === 1 ? "1 item was" : `${countText(resumed)} items were`;
    const told = `${task}: ${items} in the journal ${journal}\n`;
    if (resumed > 0 && this.#options.reports.tellsText) process.stderr.write(told);
    if (resumed > 0 && resumed === done) {
      this.#resumed++;
      return;
    }
    this.#told++;
    this.#options.reports.tell(record, task);
  }

  #show(): void {
    const [first] = this.#running;
    if (this.#line !== undefined || first === undefined) return;
    this.#line = new ProgressLine(first, first.task, this.#options.progress, { name: " items" });
  }
}

function beforeWrites(stream: NodeJS.WriteStream, act: () => void): void {
  const write = stream.write.bind(stream) as (...args: readonly unknown[]) => boolean;
  stream.write = (...args: readonly unknown[]) => {
    act();
    return write(...args);
  };
}
