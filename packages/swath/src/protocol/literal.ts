/**
 * What the text of a function proves of what it returns, where that is always a literal: such an
 * object is new, has these keys and no others, in this order, and nobody else has had it. Undefined
 * is a place of which nothing is known.
 */
export type Literal =
  | {
      readonly kind: "record";
      readonly keys: readonly string[];
      readonly fields: readonly (Literal | undefined)[];
    }
  | { readonly kind: "list"; readonly items: readonly (Literal | undefined)[] };

/** What both prove. */
export function joinLiterals(a: Literal | undefined, b: Literal | undefined): Literal | undefined {
  if (a?.kind === "record" && b?.kind === "record" && sameKeys(a.keys, b.keys)) {
    const fields = a.fields.map((field, i) => joinLiterals(field, b.fields[i]));
    return { kind: "record", keys: a.keys, fields };
  }
  if (a?.kind === "list" && b?.kind === "list" && a.items.length === b.items.length) {
    return { kind: "list", items: a.items.map((item, i) => joinLiterals(item, b.items[i])) };
  }
  return undefined;
}

export function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}
