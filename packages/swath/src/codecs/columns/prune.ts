import type { Layout } from "./layout.ts";
import type { Shape } from "./shape.ts";

/** The shape with nothing but what lies on the way to `keys`; undefined if there is no such way. */
export function pruneShape(shape: Shape, keys: readonly string[]): Shape | undefined {
  if (shape.kind === "record") {
    const [key, ...rest] = keys;
    const field = key === undefined ? undefined : shape.fields[shape.keys.indexOf(key)];
    const pruned = field === undefined ? undefined : pruneShape(field, rest);
    if (key === undefined || pruned === undefined) return undefined;
    return { kind: "record", keys: [key], fields: [pruned] };
  }
  if (shape.kind === "list") {
    const item = pruneShape(shape.item, keys);
    return item === undefined ? undefined : { ...shape, item };
  }
  if (shape.kind === "optional") {
    const of = pruneShape(shape.of, keys);
    return of === undefined ? undefined : { ...shape, of };
  }
  // Where nothing is there, there is nothing of any name.
  const isEmpty = shape.kind === "nothing" || shape.kind === "absent";
  return keys.length === 0 || isEmpty ? shape : undefined;
}

/** As {@link pruneShape}, of a layout: places keep their slots. There must be such a way. */
export function pruneLayout(layout: Layout, keys: readonly string[]): Layout {
  if (layout.kind === "record") {
    const [key = "", ...rest] = keys;
    const field = layout.fields[layout.keys.indexOf(key)] as Layout;
    return { kind: "record", keys: [key], fields: [pruneLayout(field, rest)] };
  }
  if (layout.kind === "fixed" || layout.kind === "ragged") {
    return { ...layout, item: pruneLayout(layout.item, keys) };
  }
  return layout.kind === "optional" ? { ...layout, of: pruneLayout(layout.of, keys) } : layout;
}
