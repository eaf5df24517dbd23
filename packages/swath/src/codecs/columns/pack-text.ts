import { type Literal, sameKeys } from "../../protocol/literal.ts";
import { type Care, looksInto } from "./care.ts";
import type { Layout, SlotKind } from "./layout.ts";

/** Lists of up to so many numbers are written out, item by item, … */
const MAX_UNROLLED = 8;
/** … and those of a literal up to so many values in all: V8 need not make such lists at all. */
const MAX_UNROLLED_LITERAL = 64;

/**
 * The parts of code that puts rows into the columns of `store`. They hold keys and constants of
 * the user's data: only as JSON, which is a literal of the language.
 */
export interface PackCode {
  /** To be said once. Where all is looked at, it takes `hasRepeats`, `isProxy`, `isAccessor`. */
  readonly constants: string;
  /** Opens the columns, with room for `count` rows. */
  readonly open: string;
  /**
   * Puts `row` there. Where it does not fit, perhaps with a part of it there, it calls `misfit(row)`
   * and leaves the loop `rows`.
   */
  readonly put: string;
  /** Tells the store what is in use. */
  readonly close: string;
  /** Whether only literals are read: they have no getter, proxy or odd prototype that could throw. */
  readonly isKnown: boolean;
}

/** @param literal what is known of each row, whatever it is */
export function packCode(
  layout: Layout,
  slots: readonly SlotKind[],
  care: Care,
  literal?: Literal,
): PackCode {
  return new PackWriter(slots, care).write(layout, literal);
}

/** What becomes of a row that does not fit. */
const MISFIT = "{ misfit(row); break rows; }";

/** The text of a function that makes a `Pack`. */
export function packText(layout: Layout, slots: readonly SlotKind[], care: Care): string {
  const { constants, open, put, close } = packCode(layout, slots, care);
  return `"use strict";
${constants}
function misfit() {}
return function pack(store, rows, from, to) {
  const count = to - from;
  ${open}
  let i = from;
  rows: for (; i < to; i++) {
    const row = rows[i];
    ${put}
  }
  seen.length = 0;
  ${close}
  return i;
};`;
}

/** Variables by slot: a… the column, n… elements in use, r… its room, t… items so far, m… words. */
class PackWriter {
  readonly #slots: readonly SlotKind[];
  readonly #care: Care;
  readonly #keys: string[] = [];
  #names = 0;
  #isKnown = true;

  constructor(slots: readonly SlotKind[], care: Care) {
    this.#slots = slots;
    this.#care = care;
  }

  write(layout: Layout, literal?: Literal): PackCode {
    const body = this.#value(layout, "row", literal, true);
    return {
      constants: `const { isArray, prototype: arrayPrototype } = Array;
const { getPrototypeOf, keys: keysOf, prototype: objectPrototype } = Object;
${this.#keys.join("\n")}
const seen = [];`,
      open: `${this.#slots.map((kind, slot) => openText(kind, slot)).join("\n  ")}
  ${this.#room(layout, "count")}`,
      put: `let s = 0;
    ${body}
    ${this.#care.once ? `if (s > 1 && hasRepeats(seen, s)) ${MISFIT}` : ""}`,
      close: this.#slots.map((_, slot) => `store.used[${slot}] = n${slot};`).join(" "),
      isKnown: this.#isKnown,
    };
  }

  /** Room for `count` values, as far as their number is known. */
  #room(layout: Layout, count: string): string {
    switch (layout.kind) {
      case "nothing":
      case "absent":
      case "constant":
        return "";
      case "string":
        return layout.form === "text" ? "" : roomText(layout.slot, count);
      case "number":
      case "boolean":
      case "ragged":
      case "optional":
        return roomText(layout.slot, count);
      case "record":
        return layout.fields.map((field) => this.#room(field, count)).join("");
      case "fixed":
        return this.#room(layout.item, `${count} * ${layout.size}`);
      default:
        return layout satisfies never;
    }
  }

  /** @param isRow whether it is the row itself, which stands nowhere within itself */
  #value(layout: Layout, source: string, literal?: Literal, isRow = false): string {
    const v = `v${this.#names++}`;
    const known = literal && this.#putLiteral(layout, v, literal, isRow);
    return `const ${v} = ${source}; ${known ?? this.#put(layout, v, isRow)}`;
  }

  /** What a literal is need not be looked at: only the values in it. Undefined if it is another. */
  #putLiteral(layout: Layout, v: string, literal: Literal, isRow: boolean): string | undefined {
    if (layout.kind === "optional") {
      const put = this.#putLiteral(layout.of, v, literal, isRow);
      return put === undefined ? undefined : this.#putOptional(layout, v, put);
    }
    const put = this.#putParts(layout, v, literal);
    if (put === undefined || !isRow) return put;
    // The function that returns a literal may come to its end without one.
    return `if (typeof ${v} !== "object" || ${v} === null) ${MISFIT} ${put}`;
  }

  #putParts(layout: Layout, v: string, literal: Literal): string | undefined {
    if (layout.kind === "record" && literal.kind === "record") {
      if (!sameKeys(layout.keys, literal.keys)) return undefined;
      const puts = layout.fields.map((field, i) => {
        const source = `${v}[${JSON.stringify(layout.keys[i])}]`;
        return this.#value(field, source, literal.fields[i]);
      });
      return puts.join("\n    ");
    }
    if (layout.kind !== "fixed" || literal.kind !== "list") return undefined;
    const { size, item } = layout;
    if (size !== literal.items.length || countOf(layout) > MAX_UNROLLED_LITERAL) return undefined;
    const puts = literal.items.map((of, i) => {
      return `{ ${this.#value(item, `${v}[${i}]`, of)}${this.#hole(item, v, String(i))} }`;
    });
    return puts.join(" ");
  }

  #putOptional(
    { slot, of, absent }: Layout & { readonly kind: "optional" },
    v: string,
    put: string,
  ): string {
    const present = `t${slot}++; ${this.#room(of, "1")} ${put}`;
    return `if (${v} !== ${absent}) { ${present} } a${slot}[n${slot}++] = t${slot};`;
  }

  #put(layout: Layout, v: string, isRow: boolean): string {
    switch (layout.kind) {
      case "nothing":
        return MISFIT;
      case "absent":
        return `if (${v} !== ${layout.value}) ${MISFIT}`;
      case "constant":
        return `if (${v} !== ${JSON.stringify(layout.text)}) ${MISFIT}`;
      case "boolean":
        return `if (typeof ${v} !== "boolean") ${MISFIT} a${layout.slot}[n${layout.slot}++] = ${v} ? 1 : 0;`;
      case "number": {
        const { slot, form } = layout;
        const isWhole = `(${v} | 0) === ${v} && (${v} !== 0 || 1 / ${v} > 0)`;
        const fits = form === "int32" ? ` || !(${isWhole})` : "";
        return `if (typeof ${v} !== "number"${fits}) ${MISFIT} a${slot}[n${slot}++] = ${v};`;
      }
      case "string":
        return this.#putString(layout, v);
      case "record":
        return this.#putRecord(layout, v, isRow);
      case "fixed":
        return `${this.#openList(layout.item, v, isRow)} if (${v}.length !== ${layout.size}) ${MISFIT} ${this.#items(layout.item, v, layout.size)}`;
      case "ragged":
        return this.#putRagged(layout, v, isRow);
      case "optional":
        return this.#putOptional(layout, v, this.#put(layout.of, v, isRow));
      default:
        return layout satisfies never;
    }
  }

  #putString({ slot, form }: Layout & { readonly kind: "string" }, v: string): string {
    const check = `if (typeof ${v} !== "string") ${MISFIT}`;
    if (form === "text") {
      return `${check} if (!store.addText(${v})) ${MISFIT} a${slot}[n${slot}++] = ${v};`;
    }
    const code = `q${this.#names++}`;
    return `${check} let ${code} = m${slot}.get(${v});
      if (${code} === undefined) { store.used[${slot}] = n${slot}; ${code} = store.addWord(${slot}, ${v}); if (${code} < 0) ${MISFIT} }
      a${slot}[n${slot}++] = ${code};`;
  }

  #putRecord(
    { keys, fields }: Layout & { readonly kind: "record" },
    v: string,
    isRow: boolean,
  ): string {
    this.#isKnown = false;
    const list = `k${this.#names++}`;
    const count = `c${this.#names++}`;
    this.#keys.push(`const ${list} = ${JSON.stringify(keys)};`);
    const parts = keys.map((key, i) => {
      const name = JSON.stringify(key);
      const look = this.#care.look === "all" ? `if (isAccessor(${v}, ${name})) ${MISFIT} ` : "";
      return look + this.#value(fields[i] as Layout, `${v}[${name}]`);
    });
    return `if (typeof ${v} !== "object" || ${v} === null || ${prototypeText(v)} !== objectPrototype) ${MISFIT}
    ${this.#see(v, isRow)} ${this.#lookAt(v)}
    let ${count} = 0;
    for (const key in ${v}) if (key !== ${list}[${count}++]) ${MISFIT}
    if (${count} !== ${keys.length}) ${MISFIT}
    ${parts.join("\n    ")}`;
  }

  #openList(item: Layout, v: string, isRow: boolean): string {
    this.#isKnown = false;
    const more = looksInto(this.#care, item) ? ` || keysOf(${v}).length !== ${v}.length` : "";
    return `if (!isArray(${v}) || ${prototypeText(v)} !== arrayPrototype${more}) ${MISFIT} ${this.#see(v, isRow)} ${this.#lookAt(v)}`;
  }

  #lookAt(v: string): string {
    return this.#care.look === "all" ? `if (isProxy(${v})) ${MISFIT}` : "";
  }

  #see(v: string, isRow: boolean): string {
    return this.#care.once && !isRow ? `seen[s++] = ${v};` : "";
  }

  #putRagged(
    { slot, item }: Layout & { readonly kind: "ragged" },
    v: string,
    isRow: boolean,
  ): string {
    const count = `l${this.#names++}`;
    return `${this.#openList(item, v, isRow)} const ${count} = ${v}.length;
    ${this.#room(item, count)}
    t${slot} += ${count}; a${slot}[n${slot}++] = t${slot};
    ${this.#items(item, v, count)}`;
  }

  #items(item: Layout, v: string, count: number | string): string {
    const one = (at: string) => this.#value(item, `${v}[${at}]`) + this.#hole(item, v, at);
    const isLeaf = item.kind === "number" || item.kind === "boolean" || item.kind === "string";
    if (isLeaf && typeof count === "number" && count <= MAX_UNROLLED) {
      return Array.from({ length: count }, (_, i) => `{ ${one(String(i))} }`).join(" ");
    }
    const j = `j${this.#names++}`;
    return `for (let ${j} = 0; ${j} < ${count}; ${j}++) { ${one(j)} }`;
  }

  /** A hole reads as undefined, but is none. */
  #hole(item: Layout, v: string, at: string): string {
    const isFine = item.kind !== "absent" && item.kind !== "optional";
    return isFine ? "" : ` if (!(${at} in ${v})) ${MISFIT}`;
  }
}

/** Values that lists of fixed lengths and the records in them hold. */
function countOf(layout: Layout): number {
  if (layout.kind === "fixed") return layout.size * countOf(layout.item);
  if (layout.kind !== "record") return 1;
  return layout.fields.reduce((sum, field) => sum + countOf(field), 0);
}

/**
 * Three times as fast as `getPrototypeOf`. No shape has a key of this name, so that nothing
 * stands before it.
 */
function prototypeText(v: string): string {
  return hasProtoAccessor() ? `${v}.__proto__` : `getPrototypeOf(${v})`;
}

/** Node can be told to do without (`--disable-proto`). */
function hasProtoAccessor(): boolean {
  try {
    return PROBE["__proto__"] === Object.prototype;
  } catch {
    return false;
  }
}

const PROBE: Readonly<Record<string, unknown>> = {};

function openText(kind: SlotKind, slot: number): string {
  const column = `let a${slot} = store.data[${slot}], n${slot} = store.used[${slot}]`;
  if (kind === "text") return `${column};`;
  const room = `${column}, r${slot} = a${slot}.length`;
  if (kind === "offsets") return `${room}, t${slot} = a${slot}[n${slot} - 1];`;
  return kind === "dictionary" ? `${room}; const m${slot} = store.codes[${slot}];` : `${room};`;
}

function roomText(slot: number, count: string): string {
  return `if (n${slot} + ${count} > r${slot}) { a${slot} = store.grow(${slot}, n${slot} + ${count}); r${slot} = a${slot}.length; } `;
}
