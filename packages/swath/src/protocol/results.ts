/** How results travel. */
export type Transport = "clone" | "json" | "columns";

/** The results of a chunk, as they travel; a bare list goes by structured clone. */
export type ResultMessage = readonly unknown[] | ResultParts;

/** Results that do not all travel by structured clone. */
export interface ResultParts {
  readonly kind: "parts";
  readonly parts: readonly ResultPart[];
}

/** Results that travel in one way; a chunk's results are some of these, one after the other. */
export type ResultPart =
  /** By structured clone. */
  | { readonly kind: "values"; readonly values: readonly unknown[] }
  /** As the JSON text of a list. */
  | { readonly kind: "json"; readonly text: string; readonly count: number }
  | Packed;

/** Rows in columns. */
export interface Packed {
  readonly kind: "columns";
  /** A `Shape` as JSON: who has seen the text before finds what he made for it. */
  readonly shape: string;
  readonly count: number;
  /** In the order of the shape's places. */
  readonly columns: readonly PackedColumn[];
}

/** One column of {@link Packed}. */
export type PackedColumn =
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | DictionaryColumn
  | TextColumn;

/** Strings by their place in `words`. */
export interface DictionaryColumn {
  readonly codes: Uint16Array<ArrayBuffer>;
  readonly words: readonly string[];
}

/** String `i` is `text.slice(ends[i], ends[i + 1])`. */
export interface TextColumn {
  readonly ends: Int32Array<ArrayBuffer>;
  readonly text: string;
}

/** Texts are counted as one byte for each UTF-16 unit, as V8 sends most of them. */
export function bytesOfColumn(column: PackedColumn): number {
  if ("words" in column) {
    return column.words.reduce((sum, word) => sum + word.length, column.codes.byteLength);
  }
  if ("ends" in column) return column.ends.byteLength + column.text.length;
  return column.byteLength;
}

/** Results on this side, which may be made only when they are asked for. */
export interface Rows {
  readonly length: number;
  slice(from?: number, to?: number): unknown[];
  /** Puts all of them into `all`, from place `at` on, where they stay; absent of a list. */
  copyTo?(all: unknown[], at: number): void;
  /** What they travelled as; absent where they are a list that was cloned. */
  readonly parts?: readonly ResultPart[];
}
