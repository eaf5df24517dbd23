import type { ChunkOrder } from "../../protocol/messages.ts";

/** The items of a chunk as they are sent. */
export interface Outgoing {
  readonly items: ArrayLike<unknown> | undefined;
  /** Memory that changes hands. */
  readonly moves: readonly ArrayBuffer[];
  /** Bytes of it. */
  readonly moved: number;
}

/** Chooses how the items of a chunk travel: what is of nobody else's use is moved, not copied. */
export function outgoing({ items }: ChunkOrder): Outgoing {
  return { items, moves: [], moved: 0 };
}
