import type { Absent, Shape } from "./shape.ts";

/** What a column holds. */
export type SlotKind =
  | "int32"
  | "float64"
  /** One byte each, 0 or 1. */
  | "boolean"
  /** An index into the words beside it, for each string. */
  | "dictionary"
  /** Where each string ends in the text beside it; a 0 comes first. */
  | "text"
  /** Where the items of each list end; a 0 comes first. An optional value is a list of 0 or 1. */
  | "offsets";

/** A {@link Shape} whose places know their columns. */
export type Layout =
  | { readonly kind: "nothing" }
  | { readonly kind: "absent"; readonly value: Absent }
  | { readonly kind: "constant"; readonly text: string }
  | { readonly kind: "number"; readonly slot: number; readonly form: "int32" | "float64" }
  | { readonly kind: "boolean"; readonly slot: number }
  | { readonly kind: "string"; readonly slot: number; readonly form: "dictionary" | "text" }
  | {
      readonly kind: "record";
      readonly keys: readonly string[];
      readonly fields: readonly Layout[];
    }
  | { readonly kind: "fixed"; readonly size: number; readonly item: Layout }
  | { readonly kind: "ragged"; readonly slot: number; readonly item: Layout }
  | {
      readonly kind: "optional";
      readonly slot: number;
      readonly absent: Absent;
      readonly of: Layout;
    };

/** Numbers the columns of a shape, in the order of its places. */
export function layoutOf(shape: Shape): {
  readonly layout: Layout;
  readonly slots: readonly SlotKind[];
} {
  const slots: SlotKind[] = [];
  return { layout: place(shape, slots), slots };
}

function place(shape: Shape, slots: SlotKind[]): Layout {
  switch (shape.kind) {
    case "nothing":
    case "absent":
    case "constant":
      return shape;
    case "number":
      return { ...shape, slot: slots.push(shape.form) - 1 };
    case "boolean":
      return { ...shape, slot: slots.push("boolean") - 1 };
    case "string":
      return { ...shape, slot: slots.push(shape.form) - 1 };
    case "record":
      return { ...shape, fields: shape.fields.map((field) => place(field, slots)) };
    case "list": {
      const { size } = shape;
      if (size !== null) return { kind: "fixed", size, item: place(shape.item, slots) };
      const slot = slots.push("offsets") - 1;
      return { kind: "ragged", slot, item: place(shape.item, slots) };
    }
    case "optional": {
      const slot = slots.push("offsets") - 1;
      return { kind: "optional", slot, absent: shape.absent, of: place(shape.of, slots) };
    }
    default:
      return shape satisfies never;
  }
}
