import { dtypeOf } from "../shared/dtype.ts";

/**
 * What swath needs of an Apache Arrow table, which `apache-arrow` and its like have; told by its
 * shape, so that swath depends on none of them.
 */
export interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChildAt(index: number): ArrowVector | null | undefined;
}

/** A column of an Arrow table. */
export interface ArrowVector {
  readonly length: number;
  readonly nullCount: number;
  readonly type: { readonly typeId: number };
  get?(index: number): unknown;
  at?(index: number): unknown;
  toArray(): unknown;
}

/** Numbers of Arrow's types, as its format gives them. */
const TYPE = { int: 2, float: 3 } as const;

/** Whether a value has the shape of an Arrow table. */
export function isArrowTable(value: object): value is ArrowTable {
  const { numRows, schema, getChildAt } = value as Partial<ArrowTable>;
  return (
    typeof numRows === "number" && Array.isArray(schema?.fields) && typeof getChildAt === "function"
  );
}

/** The columns by their names: typed arrays where Arrow's own memory is one, else the values. */
export function arrowColumns(table: ArrowTable): Record<string, ArrayLike<unknown>> {
  const columns: Record<string, ArrayLike<unknown>> = Object.create(null);
  for (const [index, { name }] of table.schema.fields.entries()) {
    const vector = table.getChildAt(index);
    if (vector) columns[name] = numbersOf(vector) ?? new ArrowValues(vector);
  }
  return columns;
}

/** Nothing is copied where the column is in one piece. */
function numbersOf(vector: ArrowVector): ArrayLike<unknown> | undefined {
  const { typeId } = vector.type;
  if (vector.nullCount > 0 || (typeId !== TYPE.int && typeId !== TYPE.float)) return undefined;
  const array = vector.toArray();
  const dtype = dtypeOf(array);
  if (dtype === undefined || (array as { length: number }).length !== vector.length)
    return undefined;
  // Half floats may come as the integers that they are stored in.
  if (typeId === TYPE.float && !dtype.startsWith("float")) return undefined;
  return array as ArrayLike<unknown>;
}

/** Values of a column, read when a chunk needs them. */
class ArrowValues implements ArrayLike<unknown> {
  readonly [index: number]: unknown;
  readonly #vector: ArrowVector;

  constructor(vector: ArrowVector) {
    this.#vector = vector;
  }

  get length(): number {
    return this.#vector.length;
  }

  slice(start: number, end: number): unknown[] {
    return Array.from({ length: end - start }, (_, i) => {
      const vector = this.#vector;
      return plainValue(vector.get ? vector.get(start + i) : vector.at?.(start + i));
    });
  }
}

/** Lists and structs are views with a class of their own, which no thread could be sent. */
function plainValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value) || value instanceof Date) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === "function" ? (toJSON.call(value) as unknown) : value;
}
