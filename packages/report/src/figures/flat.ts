import type { Leaf, Tree } from "../record.ts";

/** Maps within maps as one, `a.b` for what lies deeper. */
export function flat(tree: Tree): Readonly<Record<string, Leaf>> {
  return Object.fromEntries(entriesOf(tree, ""));
}

function* entriesOf(tree: Tree, prefix: string): Generator<readonly [string, Leaf]> {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "object") yield* entriesOf(value, `${prefix}${key}.`);
    else yield [`${prefix}${key}`, value];
  }
}
