import type { Layout } from "./layout.ts";
import type { Shape } from "./shape.ts";

/** The shape with nothing but what lies on the way to `keys`; undefined if there is no such way. */
export function pruneShape(shape: Shape, keys: readonly string[]): Shape | undefined {
  switch (shape.kind) {
    case "record": {
      const [key, ...rest] = keys;
      const field = key === undefined ? undefined : shape.fields[shape.keys.indexOf(key)];
      const pruned = field === undefined ? undefined : pruneShape(field, rest);
      if (key === undefined || pruned === undefined) return undefined;
      return { kind: "record", keys: [key], fields: [pruned] };
    }
    case "list": {
      const item = pruneShape(shape.item, keys);
      return item === undefined ? undefined : { ...shape, item };
    }
    case "optional": {
      const of = pruneShape(shape.of, keys);
      return of === undefined ? undefined : { ...shape, of };
    }
    default:
      return keys.length === 0 ? shape : undefined;
  }
}

/** As {@link pruneShape}, of a layout: places keep their slots. There must be such a way. */
export function pruneLayout(layout: Layout, keys: readonly string[]): Layout {
  switch (layout.kind) {
    case "record": {
      const [key = "", ...rest] = keys;
      const field = layout.fields[layout.keys.indexOf(key)] as Layout;
      return { kind: "record", keys: [key], fields: [pruneLayout(field, rest)] };
    }
    case "fixed":
    case "ragged":
      return { ...layout, item: pruneLayout(layout.item, keys) };
    case "optional":
      return { ...layout, of: pruneLayout(layout.of, keys) };
    default:
      return layout;
  }
}
