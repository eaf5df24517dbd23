import type { SourceAccess } from "../protocol/messages.ts";

/** The way in which items reach a worker. */
export type Route =
  /** The items themselves are sent, by structured clone. */
  | "copy"
  /** The items are put into memory that is theirs alone, which itself changes hands. */
  | "move"
  /** The items lie in memory that all threads see; only indices travel. */
  | "share"
  /** The worker makes or reads each item itself; only indices travel. */
  | "read";

/** Something to loop over. */
export interface Source<T> {
  readonly [SOURCE]: true;
  /** What the items are, in one word or two, for plans and reports. */
  readonly name: string;
  /** Number of items; undefined if it is known only at the end. */
  readonly length: number | undefined;
  /**
   * What a journal knows the items by, beside `data`: a text that changes when they do, such as
   * a file's size and time.
   */
  readonly fingerprint?: string | undefined;
  /** Relative cost of each item where the source knows it, in any unit. */
  readonly costs?: ArrayLike<number> | undefined;
  /**
   * Where workers read items: the bytes that this takes for all of them if they are cut as well as
   * can be. A report then tells whether workers read the same ones several times.
   */
  readonly bytesNeeded?: number | undefined;
  /**
   * Routes `copy` and `move`: the items `[start, end)`, in the thread that runs the job. A chunk
   * that is lost with its worker is asked for again.
   */
  items?(start: number, end: number): ArrayLike<T> | Promise<ArrayLike<T>>;
  /**
   * Whether what {@link items} gives is a typed array made for the one who asks, so that its
   * memory may be moved to a worker (route `move`), not copied once more. @default false
   */
  readonly isFresh?: boolean | undefined;
  /** Route `copy` for items that come one after the other: at most one pass is made. */
  pull?(): AsyncIterator<T> | Iterator<T>;
  /** How a worker has an item from its index, on the route that this is. */
  readonly access?: SourceRoute;
}

/** A route that a source offers beside that of its `items`. */
export interface SourceRoute {
  readonly route: Route;
  readonly how: SourceAccess;
  /** What a worker needs beside the indices for the items `[start, end)`; `length` says how many. */
  payload?(start: number, end: number): ArrayLike<unknown>;
}

/** What the opener of a source gives: the source inside one worker. */
export interface OpenSource<T> {
  /** The item at `index`; called once for each item, in rising order within a chunk. */
  item(index: number): T | Promise<T>;
  /** Bytes read so far. */
  readonly bytesRead?: number;
  /**
   * Milliseconds spent reading so far by items that read when they are used. What `item` itself
   * takes is measured outside and must be left out.
   */
  readonly readMs?: number;
  close?(): void | Promise<void>;
}

/** Brand of a source; a symbol that all copies of this package share. */
export const SOURCE: unique symbol = Symbol.for("swath.source/1") as never;

/** Key of a method that gives the source which an object stands for; shared as {@link SOURCE} is. */
export const AS_SOURCE: unique symbol = Symbol.for("swath.as-source/1") as never;

/** An object that stands for a source, such as a shared array for its rows. */
export interface AsSource<T> {
  [AS_SOURCE](): Source<T>;
}

/**
 * Makes a source out of its parts; see {@link Source} for each.
 *
 * @example
 * const tiles = defineSource<Tile>({ name: "tiles", length: 64, access: { route: "read",
 *   how: { kind: "opened", opener: referenceOf(openTiles), data: { path } } } });
 */
export function defineSource<T>(parts: Omit<Source<T>, typeof SOURCE>): Source<T> {
  return { ...parts, [SOURCE]: true };
}

/** Whether `value` was made by {@link defineSource}. */
export function isSource(value: unknown): value is Source<unknown> {
  return typeof value === "object" && value !== null && SOURCE in value;
}
