import type { PackedColumn, TextColumn } from "../../protocol/results.ts";
import type { Layout, SlotKind } from "./layout.ts";

/** Where a column is written: strings of a text are kept as they are until it is sealed. */
export type OpenColumn = Int32Array | Float64Array | Uint8Array | Uint16Array | string[];

/** More words than this are no dictionary: their codes have 16 bits. */
const MAX_WORDS = 65_535;
/** So many words may be new, one like the other. */
const FEW_WORDS = 64;
/** UTF-16 units that are joined to one text: V8 has none above 2^29. */
const MAX_TEXT = 2 ** 26;
/** Elements that a column has room for at first. */
const FIRST_ROOM = 1_024;

/**
 * Columns while rows are packed into them. One store serves many batches of rows: what is taken
 * out is copied to its exact length, and the room is used again.
 */
export class Store {
  /** By slot; those beyond `used` are no values. */
  readonly data: OpenColumn[];
  /** By slot: how many elements are in use. */
  readonly used: number[];
  /** By slot: for dictionaries, the place of each word. */
  readonly codes: (Map<string, number> | undefined)[];
  /** Rows that are whole. */
  rows = 0;
  /** UTF-16 units of the texts that wait to be joined. */
  #textLength = 0;
  /** Whether a text was refused for being one too many: it fits when the columns are taken out. */
  isFull = false;
  /** Slots of dictionaries that too many words came to. */
  readonly full = new Set<number>();
  readonly layout: Layout;
  readonly slots: readonly SlotKind[];

  constructor(layout: Layout, slots: readonly SlotKind[]) {
    this.layout = layout;
    this.slots = slots;
    this.data = slots.map(roomFor);
    this.used = slots.map(firstUsed);
    this.codes = slots.map((kind) => (kind === "dictionary" ? new Map() : undefined));
  }

  /** Gives the slot room for `need` elements; returns its new column. */
  grow(slot: number, need: number): OpenColumn {
    const old = this.data[slot] as Exclude<OpenColumn, string[]>;
    const Typed = old.constructor as new (length: number) => Float64Array;
    const larger = new Typed(Math.max(need, old.length * 2));
    larger.set(old);
    this.data[slot] = larger;
    return larger;
  }

  /** Whether there is room for one more text. A single one always has a place. */
  addText(text: string): boolean {
    const length = this.#textLength + text.length;
    this.isFull = this.#textLength > 0 && length > MAX_TEXT;
    if (!this.isFull) this.#textLength = length;
    return !this.isFull;
  }

  /** The place of a word that is new; -1 if it is one too many. */
  addWord(slot: number, word: string): number {
    const codes = this.codes[slot] as Map<string, number>;
    const code = codes.size;
    const many = code > FEW_WORDS && code * 2 > (this.used[slot] as number) + FEW_WORDS;
    if (many || code >= MAX_WORDS) {
      for (const [other, map] of this.codes.entries()) {
        if (map !== undefined && map.size > FEW_WORDS / 2) this.full.add(other);
      }
      this.full.add(slot);
      return -1;
    }
    codes.set(word, code);
    return code;
  }

  /** Forgets all but the first `rows` rows. */
  truncate(rows: number): void {
    this.rows = rows;
    if (rows === 0) this.#textLength = 0;
    this.#truncate(this.layout, rows);
  }

  #truncate(layout: Layout, count: number): void {
    switch (layout.kind) {
      case "nothing":
      case "absent":
      case "constant":
        return;
      case "number":
      case "boolean":
      case "string":
        this.used[layout.slot] = count;
        return;
      case "record":
        for (const field of layout.fields) this.#truncate(field, count);
        return;
      case "fixed":
        return this.#truncate(layout.item, count * layout.size);
      case "ragged":
      case "optional": {
        this.used[layout.slot] = count + 1;
        const items = (this.data[layout.slot] as Int32Array)[count] as number;
        return this.#truncate(layout.kind === "ragged" ? layout.item : layout.of, items);
      }
      default:
        layout satisfies never;
    }
  }

  /** About how many bytes are in use. */
  get bytes(): number {
    let bytes = 0;
    for (const [slot, column] of this.data.entries()) {
      const size = Array.isArray(column) ? lengthOf(column) : column.BYTES_PER_ELEMENT;
      bytes += (this.used[slot] as number) * size;
    }
    return bytes;
  }

  /** Takes the columns out, at their exact lengths. The store is empty then. */
  seal(): readonly PackedColumn[] {
    const columns = this.slots.map((kind, slot) => this.#sealed(kind, slot));
    for (const [slot, codes] of this.codes.entries()) {
      codes?.clear();
      if (this.slots[slot] === "text") this.data[slot] = [];
    }
    this.full.clear();
    this.rows = 0;
    this.#textLength = 0;
    this.isFull = false;
    for (const [slot, kind] of this.slots.entries()) this.used[slot] = firstUsed(kind);
    return columns;
  }

  #sealed(kind: SlotKind, slot: number): PackedColumn {
    const column = this.data[slot] as OpenColumn;
    const used = this.used[slot] as number;
    if (kind === "text") return sealText((column as string[]).slice(0, used));
    const own = (column as Int32Array<ArrayBuffer>).slice(0, used);
    if (kind !== "dictionary") return own;
    const words = [...(this.codes[slot] as Map<string, number>).keys()];
    return { codes: own as never, words };
  }
}

/** Strings are looked at: what is long is as long in all of them. */
function lengthOf(texts: readonly string[]): number {
  return 8 + (texts.at(-1)?.length ?? 0);
}

function roomFor(kind: SlotKind): OpenColumn {
  switch (kind) {
    case "float64":
      return new Float64Array(FIRST_ROOM);
    case "int32":
    case "offsets":
      return new Int32Array(FIRST_ROOM);
    case "boolean":
      return new Uint8Array(FIRST_ROOM);
    case "dictionary":
      return new Uint16Array(FIRST_ROOM);
    case "text":
      return [];
    default:
      return kind satisfies never;
  }
}

function firstUsed(kind: SlotKind): number {
  return kind === "offsets" ? 1 : 0;
}

function sealText(texts: readonly string[]): TextColumn {
  const ends = new Int32Array(texts.length + 1);
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    end += (texts[i] as string).length;
    ends[i + 1] = end;
  }
  return { ends, text: texts.join("") };
}
