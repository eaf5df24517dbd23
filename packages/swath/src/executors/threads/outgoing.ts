import { markedIn } from "../../codecs/move.ts";
import { packNumbers } from "../../codecs/pack-numbers.ts";
import type { ChunkOrder } from "../../protocol/messages.ts";

/** The items of a chunk as they are sent. */
export interface Outgoing {
  readonly items: ArrayLike<unknown> | undefined;
  /** Memory that changes hands. */
  readonly moves: readonly ArrayBuffer[];
  /** Bytes of it. */
  readonly moved: number;
  /** What is copied; memory in it that is moved is empty once it has been sent. */
  readonly copied: ArrayLike<unknown>;
  /** Whether the caller has the items no more. */
  readonly isGone: boolean;
}

/** Chooses how the items of a chunk travel: what is of no other use is moved, not copied. */
export function outgoing({ items, isFresh }: ChunkOrder): Outgoing {
  if (items === undefined) return { items, moves: [], moved: 0, copied: [], isGone: false };
  const numbers = isFresh ? (items as Float64Array) : packNumbers(items);
  if (numbers !== undefined) {
    const { buffer, byteLength } = numbers;
    const moves = [buffer as ArrayBuffer];
    return { items: numbers, moves, moved: byteLength, copied: [], isGone: false };
  }
  const moves = markedIn(items);
  const moved = moves.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
  return { items, moves, moved, copied: items, isGone: moves.length > 0 };
}
