import type { Literal } from "../../protocol/literal.ts";
import type { Packed } from "../../protocol/results.ts";
import { layoutOf } from "./layout.ts";
import { loosen } from "./loosen.ts";
import { type Pack, packFor } from "./pack.ts";
import { type PackCode, packCode } from "./pack-text.ts";
import { joinShapes, type Misfit, type Shape } from "./shape.ts";
import { misfitOf, shapeOf } from "./shape-of.ts";
import { Store } from "./store.ts";

/** A row that has no place. */
export interface Refusal {
  /** Index of the row in what was given. */
  readonly index: number;
  readonly misfit: Misfit;
}

/** Rows whose shapes are joined before code is made for them, */
const LOOK_AHEAD_ROWS = 64;
/** but no longer than this, for rows may be large. */
const LOOK_AHEAD_MS = 1;
/**
 * How many rows are looked at closely at first, all of them, and then one in how many. Less where
 * the caller has said that all are alike: the first thousands cost as much as the next hundred
 * thousands, for their code is not warm (bench/suites/boxes).
 */
const CLOSE_LOOK = {
  values: { rows: 2_048, share: 16 },
  columns: { rows: 512, share: 64 },
} as const;
/**
 * Results that are encoded at once: so few that their objects die young, which costs next to
 * nothing; objects that lived through two collections cost ten times as much (bench/suites/boxes).
 */
export const BATCH_ROWS = 256;
/**
 * Rows that may be put there by who makes them, after which `ROWS_BETWEEN` are given to be looked at:
 * that keeps the share of `CLOSE_LOOK`.
 */
const DIRECT_ROWS = 1_008;
/** So many of them in one call; half as many take a fifth longer. */
const DIRECT_AT_ONCE = 512;
/** So many of those that are wholly known by the text of who makes them: none is looked at. */
const KNOWN_AT_ONCE = 4_096;
/** Rows that are given to be looked at after those. */
export const ROWS_BETWEEN = 16;
/**
 * Columns are taken out when they hold so much: they are written in the cache of a core, and the
 * room for them is not memory that is new.
 */
const SEAL_BYTES = 1024 * 1024;

const TOO_LONG: Misfit = { kind: "misfit", path: "", expected: "", got: "more text than V8 holds" };
const ODD: Misfit = { kind: "misfit", path: "", expected: "", got: "an object in two places" };

/** What who makes rows needs to put them into columns. */
export interface DirectRows {
  readonly code: PackCode;
  readonly store: Store;
  /** At most so many. */
  readonly limit: number;
}

/**
 * Packs rows into columns, batch by batch. Its shape widens with what it sees, and stays as wide
 * for all that follows.
 */
export class Packer {
  readonly #results: "values" | "columns";
  readonly #literal: () => Literal | undefined;
  #shape: Shape = { kind: "nothing" };
  #text = "";
  #store: Store | undefined;
  /** For most rows, and for those that are looked at closely. */
  #packs: { readonly usual: Pack; readonly close: Pack } | undefined;
  #seen = 0;
  #code: PackCode | undefined;
  /** Whether nothing of a row of this shape is to be looked at, only the values in it. */
  #isKnown = false;
  /** Rows that were put there, for which none has been looked at closely yet. */
  #directRows = 0;
  /** How many rows of those seen last fill the columns. */
  #rowsToSeal = 0;

  /**
   * @param results "values" where rows must come out as structured clone would give them
   * @param literal what is known of each row that is put there by who makes it
   */
  constructor(results: "values" | "columns", literal: () => Literal | undefined = () => undefined) {
    this.#results = results;
    this.#literal = literal;
  }

  /** What all rows so far have in common. */
  get shape(): Shape {
    return this.#shape;
  }

  /**
   * Packs the rows `[from, to)`, until one has no place.
   *
   * @param out takes columns that are full
   */
  add(rows: readonly unknown[], from: number, to: number, out: Packed[]): Refusal | undefined {
    /** Where in `rows` the open columns begin; -1 if they began earlier. */
    let begin = this.#store === undefined || this.#store.rows === 0 ? from : -1;
    let failedAt = -1;
    /** Shapes that the row `failedAt` has been tried with. */
    const tried = new Set<string>();
    for (let at = from; at < to; ) {
      at = this.#runAll(rows, at, to);
      if (at === to) break;
      if (at !== failedAt) tried.clear();
      failedAt = at;
      if (this.#store?.isFull === true && this.#store.rows > 0) {
        this.seal(out);
        begin = at;
        continue;
      }
      const misfit = this.#widen(rows, at, to, tried);
      if (misfit !== undefined) return { index: at, misfit };
      if (begin >= 0) at = begin;
      else this.seal(out);
      begin = at;
      this.#open();
    }
    this.#sealFull(out);
    return undefined;
  }

  /**
   * Where rows are so much alike that who makes them may put them into the columns: code in one
   * piece with what makes a row is faster (bench/suites/boxes). Undefined where rows are
   * to be given to {@link add}.
   */
  get direct(): DirectRows | undefined {
    const store = this.#store;
    const code = this.#code;
    if (store === undefined || code === undefined || !this.isWarm) return undefined;
    const limit = this.#isKnown
      ? Math.min(KNOWN_AT_ONCE, this.#rowsToSeal)
      : Math.min(
          DIRECT_AT_ONCE,
          DIRECT_ROWS - this.#directRows,
          this.#rowsToSeal - this.#directRows,
        );
    return limit > 0 ? { code, store, limit } : undefined;
  }

  /**
   * Whether others may put rows there: so many were looked at closely that most need not be, or one
   * batch has shown the shape of rows of which everything else is known.
   */
  get isWarm(): boolean {
    if (this.#isKnown) return this.#seen > 0;
    return this.#results === "columns" && this.#seen >= CLOSE_LOOK.columns.rows;
  }

  /**
   * Rows have been put there, and perhaps a part of one more.
   *
   * @param count those that are whole
   */
  tookDirect(count: number, out: Packed[]): void {
    const store = this.#store as Store;
    store.truncate(store.rows + count);
    this.#seen += count;
    if (!this.#isKnown) this.#directRows += count;
    this.#sealFull(out);
  }

  #sealFull(out: Packed[]): void {
    const { bytes = 0, rows = 0 } = this.#store ?? {};
    if (rows === 0) return;
    this.#rowsToSeal = Math.max(ROWS_BETWEEN, Math.floor((SEAL_BYTES * rows) / (bytes + 1)));
    if (bytes >= SEAL_BYTES) this.seal(out);
  }

  /** Takes out what is there. */
  seal(out: Packed[]): void {
    const store = this.#store;
    if (store === undefined || store.rows === 0) return;
    const count = store.rows;
    out.push({ kind: "columns", shape: this.#text, count, columns: store.seal() });
  }

  /** @returns the index of the first row that does not fit, else `to` */
  #runAll(rows: readonly unknown[], from: number, to: number): number {
    const packs = this.#packs;
    if (packs === undefined) return from;
    if (this.#isKnown) {
      const end = this.#run(packs.usual, rows, from, to);
      this.#seen += end - from;
      return end;
    }
    const look = CLOSE_LOOK[this.#results];
    // Those that others put there are made up for.
    const wanted = Math.ceil((to - from + this.#directRows) / look.share);
    const count = this.#seen < look.rows ? to - from : Math.min(to - from, wanted);
    const middle = from + count;
    const at = this.#run(packs.close, rows, from, middle);
    const looked = at - from + (at < middle ? 1 : 0);
    this.#directRows = Math.max(0, this.#directRows - looked * look.share);
    const end = at < middle ? at : this.#run(packs.usual, rows, at, to);
    this.#seen += end - from;
    return end;
  }

  #run(pack: Pack, rows: readonly unknown[], from: number, to: number): number {
    const store = this.#store as Store;
    const before = store.rows;
    try {
      const until = pack(store, rows, from, to);
      // Of a row that does not fit, a part may be there.
      if (until === to) store.rows = before + to - from;
      else store.truncate(before + until - from);
      return until;
    } catch {
      // A property that throws when it is read: row by row, to find it.
      store.truncate(before);
      if (to - from <= 1) return from;
      let at = from;
      while (at < to && this.#run(pack, rows, at, at + 1) > at) at++;
      return at;
    }
  }

  #widen(
    rows: readonly unknown[],
    from: number,
    to: number,
    tried: Set<string>,
  ): Misfit | undefined {
    const until = Math.min(to, from + LOOK_AHEAD_ROWS);
    const stopAt = performance.now() + LOOK_AHEAD_MS;
    let shape = loosen(this.#shape, this.#store?.full ?? NONE);
    for (let i = from; i < until; i++) {
      const own = shapeOf(rows[i]);
      const joined = own.kind === "misfit" ? own : joinShapes(shape, own);
      if (joined.kind === "misfit") {
        if (i > from) break;
        return misfitOf(rows[i], shape) ?? joined;
      }
      shape = joined;
      if (performance.now() > stopAt) break;
    }
    const text = JSON.stringify(shape);
    // Nothing to be widened: the row is odd in a way that no shape tells.
    if (shape === this.#shape || tried.has(text)) {
      return this.#store?.isFull === true ? TOO_LONG : ODD;
    }
    tried.add(text);
    this.#shape = shape;
    return undefined;
  }

  #open(): void {
    const { layout, slots } = layoutOf(this.#shape);
    this.#text = JSON.stringify(this.#shape);
    this.#store = new Store(layout, slots);
    const care = { once: false, look: "none" } as const;
    this.#code = packCode(layout, slots, care, this.#literal());
    this.#isKnown = this.#code.isKnown;
    const once = this.#results === "values";
    this.#packs = {
      usual: packFor(layout, slots, { once, look: once ? "arrays" : "none" }),
      close: packFor(layout, slots, { once, look: "all" }),
    };
  }
}

const NONE: ReadonlySet<number> = new Set();
