import type { Consumption, JobRun } from "./job-run.ts";

/**
 * A job that has been asked for. One that a head start has brought to its end is made a job only
 * when somebody asks for more than its results: a small loop is over before that would be.
 */
export class StartedJob {
  readonly #open: () => JobRun;
  #run: JobRun | undefined;
  #results: readonly unknown[] | undefined;
  #isTaken = false;

  /** @param results of all items, where they are there; else the job is opened at once */
  constructor(results: readonly unknown[] | undefined, open: () => JobRun) {
    this.#results = results;
    this.#open = open;
    if (results === undefined) this.#run = open();
  }

  get run(): JobRun {
    if (this.#run === undefined) {
      this.#run = this.#open();
      if (this.#isTaken) this.#run.consume("collect");
    }
    return this.#run;
  }

  /** All results, where nobody has asked for anything else yet; they count as taken. */
  take(): readonly unknown[] | undefined {
    if (this.#run !== undefined) return undefined;
    this.#isTaken = true;
    const results = this.#results;
    this.#results = undefined;
    return results;
  }

  /** How the results are taken. */
  get consumption(): Consumption {
    if (this.#run !== undefined) return this.#run.consumption;
    return this.#isTaken ? "collect" : "undecided";
  }
}
