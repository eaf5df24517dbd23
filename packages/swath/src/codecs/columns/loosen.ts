import type { Shape } from "./shape.ts";

/**
 * The shape with texts instead of the dictionaries in `slots`, which are counted as in
 * `layoutOf`; the shape itself if there are none.
 */
export function loosen(shape: Shape, slots: ReadonlySet<number>): Shape {
  return slots.size === 0 ? shape : walk(shape, slots, { slot: 0 });
}

function walk(shape: Shape, slots: ReadonlySet<number>, next: { slot: number }): Shape {
  switch (shape.kind) {
    case "nothing":
    case "absent":
    case "constant":
      return shape;
    case "number":
    case "boolean":
      next.slot++;
      return shape;
    case "string":
      return slots.has(next.slot++) ? { kind: "string", form: "text" } : shape;
    case "record":
      return { ...shape, fields: shape.fields.map((field) => walk(field, slots, next)) };
    case "list":
      if (shape.size === null) next.slot++;
      return { ...shape, item: walk(shape.item, slots, next) };
    case "optional":
      next.slot++;
      return { ...shape, of: walk(shape.of, slots, next) };
    default:
      return shape satisfies never;
  }
}
