import type { Column, ColumnValues } from "./column.ts";

/** What `Columns<R>.column(path)` gives. */
export type ColumnAt<R, P extends string> = Column<ValuesOf<LeafOf<PlaceAt<R, P>>>>;

/** The type at a path: keys with dots between them; lists on the way are looked through. */
type PlaceAt<T, P extends string> = P extends ""
  ? T
  : P extends `${infer Key}.${infer Rest}`
    ? PlaceAt<Property<LeafOf<T>, Key>, Rest>
    : Property<LeafOf<T>, P>;

type Property<T, K extends string> = T extends unknown
  ? K extends keyof T
    ? T[K]
    : undefined
  : never;

/** What lists hold, however deep. */
type LeafOf<T> = T extends readonly (infer Item)[] ? LeafOf<Item> : T;

type ValuesOf<L> = [unknown] extends [L]
  ? ColumnValues
  : [NonNullable<L>] extends [never]
    ? ColumnValues
    : [NonNullable<L>] extends [number]
      ? Int32Array | Float64Array
      : [NonNullable<L>] extends [boolean]
        ? Uint8Array
        : [NonNullable<L>] extends [string]
          ? readonly string[]
          : ColumnValues;
