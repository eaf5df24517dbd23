import { appendFileSync, writeFileSync } from "node:fs";
import { countText, type ObservedJob, type ObservedReport } from "../plugin.ts";
import { ProgressLine, type ProgressMode } from "./progress.ts";

/** How the jobs of a script are told of. */
export interface WatchOptions {
  readonly progress: ProgressMode;
  /** "text", "json" (both on stderr), "none", or a file that gets one line of JSON for each job. */
  readonly report: string;
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
  #reports = 0;

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
    void job.report.then((report) => this.#ended(job, report));
    if (this.#stop !== undefined) return this.#stopJob(job, this.#stop.reason);
    this.#show();
  }

  /** Whether any job runs. */
  get isBusy(): boolean {
    return this.#running.length > 0;
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

  #ended(job: ObservedJob, report: ObservedReport): void {
    this.#running.splice(this.#running.indexOf(job), 1);
    this.clear();
    if (this.#stop !== undefined) return;
    this.#tell(job, report);
    this.#show();
  }

  #tell(job: ObservedJob, { record, text }: ObservedReport): void {
    const line = `${JSON.stringify(record)}\n`;
    switch (this.#options.report) {
      case "none":
        return;
      case "text":
        process.stderr.write(textOf(job, text));
        return;
      case "json":
        process.stderr.write(line);
        return;
      default:
        // The first report of a run begins the file anew.
        (this.#reports++ === 0 ? writeFileSync : appendFileSync)(this.#options.report, line);
    }
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

function textOf({ task, journal, progress }: ObservedJob, report: string): string {
  const { done, resumed } = progress;
  if (resumed === 0) return `${task}: ${report}\n`;
  const told = `${task}: ${countText(resumed)} items were in the journal ${journal}\n`;
  return resumed === done ? told : `${told}${task}: ${report}\n`;
}
