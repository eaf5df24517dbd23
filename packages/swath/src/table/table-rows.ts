import type { TableColumn, TablePart } from "../protocol/messages.ts";
import { arrayOfView } from "../shared/shared-array.ts";
import { type SharedItems, sharedItems } from "../shared/shared-items.ts";

/** Rows of a table by their index. */
export interface TableRows {
  item(index: number): Record<string, unknown>;
}

/**
 * Makes rows out of columns: a plain object for each, with the values of its row. The code that
 * makes them is made once for the columns that there are.
 *
 * Where making code from text is forbidden, slower code does the same.
 */
export function tableRows(
  columns: readonly TableColumn[],
): (part: TablePart | undefined, first: number) => TableRows {
  const Rows = rowsClass(columns);
  const shared = columns.map(sharedValues);
  return (part, first) => {
    let copied = 0;
    const values = shared.map((own) => own ?? part?.cells[copied++] ?? []);
    return new Rows(values, first);
  };
}

type Values = ArrayLike<unknown> | SharedItems;
type RowsClass = new (values: readonly Values[], first: number) => TableRows;

function sharedValues(column: TableColumn): Values | undefined {
  switch (column.kind) {
    case "shared":
      return column.values;
    case "rows":
      return sharedItems({ kind: "shared", array: column.array, tile: undefined }, arrayOfView);
    case "copied":
      return undefined;
    default:
      return column satisfies never;
  }
}

function rowsClass(columns: readonly TableColumn[]): RowsClass {
  try {
    return new Function(classText(columns))() as RowsClass;
  } catch {
    return sharedClass(columns);
  }
}

const CELL = {
  shared: (values: string) => `${values}[index]`,
  rows: (values: string) => `${values}.item(index)`,
  copied: (values: string) => `${values}[index - this.first]`,
} as const satisfies Record<TableColumn["kind"], unknown>;

function classText(columns: readonly TableColumn[]): string {
  const fields = columns.map((_, c) => `this.c${c} = values[${c}];`);
  const cells = columns.map(({ name, kind }, c) => {
    const key = JSON.stringify(name);
    // Without the brackets it would set the prototype; with them V8 adds properties one by one.
    return `${name === "__proto__" ? `[${key}]` : key}: ${CELL[kind](`this.c${c}`)},`;
  });
  return `"use strict";
return class Rows {
  constructor(values, first) {
    this.first = first;
    ${fields.join("\n    ")}
  }
  item(index) {
    return {
      ${cells.join("\n      ")}
    };
  }
};`;
}

function sharedClass(columns: readonly TableColumn[]): RowsClass {
  return class Rows implements TableRows {
    readonly #values: readonly Values[];
    readonly #first: number;

    constructor(values: readonly Values[], first: number) {
      this.#values = values;
      this.#first = first;
    }

    item(index: number): Record<string, unknown> {
      const cells = columns.map(({ name, kind }, c) => {
        const values = this.#values[c] as Values;
        const at = kind === "copied" ? index - this.#first : index;
        return [name, "item" in values ? values.item(at) : values[at]] as const;
      });
      return Object.fromEntries(cells);
    }
  };
}
