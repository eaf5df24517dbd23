import { PullBuffer } from "./driver/pull-buffer.ts";
import { SourceFailedError } from "./errors.ts";
import type { JobPlan } from "./plan.ts";
import type { Chunk } from "./schedules/schedule.ts";

/** Items that are shown of those that have come. */
const NEWEST = 16;

/** A range of items. */
export interface ItemRange {
  readonly startItem: number;
  readonly endItem: number;
}

/** The items of one job: those at hand, and those of a source that is pulled. */
export class JobItems {
  readonly #plan: JobPlan;
  readonly #pulled: PullBuffer | undefined;
  readonly #travels: boolean;
  #weighed = 0;

  constructor(plan: JobPlan) {
    this.#plan = plan;
    this.#travels = plan.spec.source.kind === "payload";
    if (!this.#travels || plan.source.items !== undefined) return;
    this.#pulled = new PullBuffer((plan.source.pull as () => Iterator<unknown>)());
  }

  /** Whether items come one after the other, their number unknown. */
  get isPulled(): boolean {
    return this.#pulled !== undefined;
  }

  /** Number of items, once it is known. */
  get total(): number | undefined {
    return this.#plan.source.length ?? (this.#pulled?.ended ? this.#pulled.until : undefined);
  }

  /** Indices that may be handed out, which count blocks of items in a fold. */
  get available(): { readonly until: number; readonly ended: boolean } {
    const pulled = this.#pulled;
    if (pulled === undefined) return { until: this.#plan.indexCount, ended: true };
    // Whole blocks, and a last one that may be shorter.
    const blocks = pulled.until / this.#plan.spec.unit;
    return { until: pulled.ended ? Math.ceil(blocks) : Math.floor(blocks), ended: pulled.ended };
  }

  /** What a source that was pulled ended with. */
  get failure(): SourceFailedError | undefined {
    const pulled = this.#pulled;
    if (pulled?.failure === undefined) return undefined;
    return new SourceFailedError(this.#plan.source.name, pulled.until, pulled.failure);
  }

  /** The items of a chunk, whose own indices may count blocks of items. */
  rangeOf({ start, end }: Chunk): ItemRange {
    const { unit } = this.#plan.spec;
    const known = this.#pulled?.until ?? (this.#plan.source.length as number);
    return { startItem: start * unit, endItem: Math.min(end * unit, known) };
  }

  /** What is to travel with a chunk. */
  payload(chunk: Chunk): ArrayLike<unknown> | undefined | Promise<ArrayLike<unknown>> {
    const { source, spec } = this.#plan;
    const { startItem, endItem } = this.rangeOf(chunk);
    if (spec.source === source.access?.how) return source.access.payload?.(startItem, endItem);
    if (!this.#travels) return undefined;
    return this.#pulled?.slice(startItem, endItem) ?? source.items?.(startItem, endItem);
  }

  /** The item itself, where this thread has it. */
  item(index: number): unknown {
    if (index < 0 || !this.#travels) return undefined;
    if (this.#pulled !== undefined) return this.#pulled.at(index);
    const items = this.#plan.source.items?.(index, index + 1);
    return items === undefined || "then" in items ? undefined : items[0];
  }

  /** The item itself, or what it is made of, where this thread has either. */
  known(index: number): unknown {
    const { source } = this.#plan.spec;
    if (source.kind === "range") return source.first + index * source.step;
    if (source.kind === "view") return source.view[index];
    return this.item(index);
  }

  /** Pulls until there are `until` indices; `onCome` is called whenever some may have come. */
  async pull(until: number, onCome: () => void): Promise<void> {
    await this.#pulled?.fill(until * this.#plan.spec.unit, onCome);
    onCome();
  }

  /** Some of the items of a pulled source that have come last; undefined where there are none. */
  newest(): readonly unknown[] | undefined {
    const pulled = this.#pulled;
    if (pulled === undefined || pulled.until === this.#weighed) return undefined;
    const from = Math.max(this.#weighed, pulled.until - NEWEST);
    this.#weighed = pulled.until;
    return pulled.slice(from, pulled.until);
  }

  /** Indices below `firstOpen` will not be asked for again. */
  release(firstOpen: number): void {
    this.#pulled?.release(firstOpen * this.#plan.spec.unit);
  }

  /** A generator that waits for something closes when it has it; nobody waits for that. */
  close(): void {
    void this.#pulled?.close().catch(() => {});
  }
}
