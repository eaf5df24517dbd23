import type { Layout } from "./layout.ts";

/** Lists are written out item by item up to so many leaves in all. */
const MAX_UNROLLED = 32;

/**
 * The text of a function that makes a `RowMaker`. It holds keys and constants of the user's data:
 * only as JSON, which is a literal of the language.
 */
export function rowsText(layout: Layout): string {
  const writer = new RowWriter();
  const row = writer.value(layout, "i");
  const open = openText(layout);
  return `"use strict";
${writer.functions.join("\n")}
function row(columns, i) { ${open} return ${row}; }
function fill(columns, out, at, from, to) { for (let i = from; i < to; i++) out[at++] = row(columns, i); }
return { row, fill };`;
}

class RowWriter {
  readonly functions: string[] = [];

  /** The expression for value number `at`. */
  value(layout: Layout, at: string): string {
    switch (layout.kind) {
      case "nothing":
        return "undefined";
      case "absent":
        return layout.value;
      case "constant":
        return JSON.stringify(layout.text);
      case "number":
        return `a${layout.slot}[${at}]`;
      case "boolean":
        return `a${layout.slot}[${at}] === 1`;
      case "string": {
        const { slot, form } = layout;
        if (form === "dictionary") return `w${slot}[a${slot}[${at}]]`;
        return `w${slot}.slice(a${slot}[${at}], a${slot}[${at} + 1])`;
      }
      case "record":
        return this.#record(layout, at);
      case "fixed": {
        const { size, item } = layout;
        if (size * leavesOf(item) > MAX_UNROLLED) {
          return this.#list(item, `${at} * ${size}`, `(${at} + 1) * ${size}`);
        }
        const items = Array.from({ length: size }, (_, i) =>
          this.value(item, `(${at} * ${size} + ${i})`),
        );
        return `[${items.join(", ")}]`;
      }
      case "ragged":
        return this.#list(layout.item, `a${layout.slot}[${at}]`, `a${layout.slot}[${at} + 1]`);
      case "optional": {
        const { slot, of, absent } = layout;
        const present = this.#function(of, "at");
        return `(a${slot}[${at}] < a${slot}[${at} + 1] ? ${present}(columns, a${slot}[${at}]) : ${absent})`;
      }
      default:
        return layout satisfies never;
    }
  }

  #record({ keys, fields }: Layout & { readonly kind: "record" }, at: string): string {
    const entries = keys.map((key, i) => {
      return `${JSON.stringify(key)}: ${this.value(fields[i] as Layout, at)}`;
    });
    return `{ ${entries.join(", ")} }`;
  }

  #list(item: Layout, from: string, to: string): string {
    const name = `list${this.functions.length}`;
    this.functions.push("");
    this.functions[Number(name.slice(4))] = `function ${name}(columns, from, to) {
  ${openText(item)}
  const list = new Array(to - from);
  for (let i = from, n = 0; i < to; i++) list[n++] = ${this.value(item, "i")};
  return list;
}`;
    return `${name}(columns, ${from}, ${to})`;
  }

  #function(layout: Layout, at: string): string {
    const number = this.functions.push("") - 1;
    this.functions[number] =
      `function one${number}(columns, ${at}) { ${openText(layout)} return ${this.value(layout, at)}; }`;
    return `one${number}`;
  }
}

/** Values that an expression makes at least. */
function leavesOf(layout: Layout): number {
  if (layout.kind === "fixed") return Math.max(1, layout.size * leavesOf(layout.item));
  if (layout.kind !== "record") return 1;
  return layout.fields.reduce((sum, field) => sum + leavesOf(field), 1);
}

/** Takes the columns that an expression for the layout uses into variables. */
function openText(layout: Layout): string {
  return slotsIn(layout).join(" ");
}

function slotsIn(layout: Layout): readonly string[] {
  switch (layout.kind) {
    case "nothing":
    case "absent":
    case "constant":
      return [];
    case "number":
    case "boolean":
      return [`const a${layout.slot} = columns[${layout.slot}];`];
    case "string":
      return [openString(layout)];
    case "record":
      return layout.fields.flatMap(slotsIn);
    case "fixed":
      return slotsIn(layout.item);
    case "ragged":
    // What lies within is a function of its own.
    case "optional":
      return [`const a${layout.slot} = columns[${layout.slot}];`];
    default:
      return layout satisfies never;
  }
}

function openString({ slot, form }: Layout & { readonly kind: "string" }): string {
  const [codes, words] = form === "dictionary" ? ["codes", "words"] : ["ends", "text"];
  return `const a${slot} = columns[${slot}].${codes}, w${slot} = columns[${slot}].${words};`;
}
