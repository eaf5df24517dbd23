import { previewOf } from "../errors.ts";
import type { SeenItem } from "./process-watch.ts";
import type { SlowChunk } from "./report.ts";

/** How many of the slowest chunks are named. */
const COUNT = 5;

/** A chunk that is done. */
interface DoneChunk {
  readonly startItem: number;
  readonly endItem: number;
  /** Milliseconds. */
  readonly read: number;
  readonly run: number;
}

/** Where items are, and which of them ran long. */
export interface ItemSight {
  /** The item, where this thread has it. */
  item(index: number): unknown;
  /** The item among those of a chunk that was seen to run longest. */
  longestIn(start: number, end: number): SeenItem | undefined;
}

interface Kept {
  readonly chunk: DoneChunk;
  readonly seen: SeenItem | undefined;
  readonly item: unknown;
}

/**
 * Keeps the chunks that took longest, longest first, each with one of its items: the source may
 * let go of it, so that it must be kept while it is there.
 */
export class Slowest {
  readonly #sight: ItemSight;
  readonly #kept: Kept[] = [];

  constructor(sight: ItemSight) {
    this.#sight = sight;
  }

  add(chunk: DoneChunk): void {
    const took = tookOf(chunk);
    const last = this.#kept[COUNT - 1];
    if (last !== undefined && took <= tookOf(last.chunk)) return;
    const seen = this.#sight.longestIn(chunk.startItem, chunk.endItem);
    const item = this.#sight.item(seen?.index ?? chunk.startItem);
    const at = this.#kept.findIndex((kept) => tookOf(kept.chunk) < took);
    this.#kept.splice(at < 0 ? this.#kept.length : at, 0, { chunk, seen, item });
    this.#kept.length = Math.min(this.#kept.length, COUNT);
  }

  list(): readonly SlowChunk[] {
    return this.#kept.map(({ chunk, seen, item }) => ({
      start: chunk.startItem,
      end: chunk.endItem,
      seconds: tookOf(chunk) / 1e3,
      ...(seen === undefined ? {} : { item: seen.index, itemSeconds: seen.ms / 1e3 }),
      ...(item === undefined ? {} : { preview: previewOf(item) }),
    }));
  }
}

function tookOf({ read, run }: DoneChunk): number {
  return read + run;
}
