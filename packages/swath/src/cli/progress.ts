import type { Progress } from "../index.ts";
import { percentText } from "../plugin.ts";
import { Eta } from "./eta.ts";
import { knowsUnicode } from "./terminal.ts";

/** How progress is shown. */
export type ProgressMode = "auto" | "none" | "json";

/** Something whose progress can be asked for. */
export interface Followed {
  readonly progress: Progress | undefined;
}

/** What the rate counts. */
export interface ProgressUnit {
  readonly name: string;
  /** How many there are in all. @default the number of items */
  readonly total?: number | undefined;
}

/** Redraws of the bar; more often than this the eye does not follow. */
const REDRAW_MS = 100;
/** Nothing is shown of a run that is shorter. */
const SHOW_AFTER_MS = 400;
/** Columns of the bar. */
const BAR_WIDTH = 28;
/** A pipe gets a line each tenth of the work. */
const STEPS = 10;

/** Shows how far `job` is, on stderr, until {@link ProgressLine.stop} is called. */
export class ProgressLine {
  readonly #job: Followed;
  readonly #label: string;
  readonly #unit: ProgressUnit;
  readonly #mode: "bar" | "lines" | "json" | "none";
  readonly #eta = new Eta();
  readonly #timer: NodeJS.Timeout | undefined;
  #drawn = false;
  #step = 0;

  constructor(job: Followed, label: string, mode: ProgressMode, unit: ProgressUnit) {
    this.#job = job;
    this.#label = label;
    this.#unit = unit;
    this.#mode = mode === "auto" ? (isInteractive() ? "bar" : "lines") : mode;
    if (this.#mode === "none") return;
    this.#timer = setInterval(() => this.#show(), REDRAW_MS);
    this.#timer.unref();
  }

  /** Clears the bar. */
  stop(): void {
    clearInterval(this.#timer);
    this.erase();
  }

  /** Takes the bar off the screen until it is drawn the next time. */
  erase(): void {
    if (!this.#drawn) return;
    this.#drawn = false;
    process.stderr.write("\r\u001b[2K");
  }

  #show(): void {
    const { progress } = this.#job;
    if (progress?.total === undefined || progress.elapsed < SHOW_AFTER_MS) return;
    const { done, total, elapsed, resumed } = progress;
    const share = total === 0 ? 1 : done / total;
    const eta = this.#eta.update(share, elapsed);
    const worked = total === 0 ? 1 : (done - resumed) / total;
    const rate = (worked * (this.#unit.total ?? total)) / (elapsed / 1e3);
    if (this.#mode === "json") this.#json({ done, total, elapsed, rate, eta });
    else if (this.#mode === "bar") this.#bar(share, rate, elapsed, eta);
    else this.#line(share, rate, eta);
  }

  #bar(share: number, rate: number, elapsed: number, eta: number | undefined): void {
    const filled = Math.floor(share * BAR_WIDTH);
    const [full, empty] = knowsUnicode() ? ["█", "·"] : ["#", "."];
    const bar = full.repeat(filled) + empty.repeat(BAR_WIDTH - filled);
    const left = eta === undefined ? "" : `  eta ${clock(eta)}`;
    const text = `${this.#label} ${bar} ${percentText(share).padStart(7)}  ${this.#rate(rate)}  ${clock(elapsed)}${left}`;
    process.stderr.write(`\r\u001b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
    this.#drawn = true;
  }

  #line(share: number, rate: number, eta: number | undefined): void {
    const step = Math.floor(share * STEPS);
    if (step <= this.#step || step >= STEPS) return;
    this.#step = step;
    const left = eta === undefined ? "" : `, eta ${clock(eta)}`;
    process.stderr.write(
      `${this.#label} ${Math.floor(share * 100)} %, ${this.#rate(rate)}${left}\n`,
    );
  }

  #json(figures: Record<string, number | undefined>): void {
    process.stderr.write(`${JSON.stringify({ schema: "swath.progress/1", ...figures })}\n`);
  }

  #rate(perSecond: number): string {
    const prefixes = ["", "k", "M", "G"];
    let value = perSecond;
    let prefix = 0;
    while (value >= 1000 && prefix < prefixes.length - 1) {
      value /= 1000;
      prefix++;
    }
    const figure = `${value.toFixed(value < 10 ? 1 : 0)} ${prefixes[prefix]}`;
    // A unit that is a word stands apart: "12 k items/s", "12 items/s", but "12 Mpx/s".
    return `${this.#unit.name.startsWith(" ") ? figure.trimEnd() : figure}${this.#unit.name}/s`;
  }
}

/** Whether a line on stderr can be redrawn: a terminal, and nobody's log. */
export function isInteractive(): boolean {
  const { CI, TERM } = process.env;
  return process.stderr.isTTY === true && !CI && TERM !== "dumb";
}

/** "0:07", "12:30", "1:02:03" */
function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1e3);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
