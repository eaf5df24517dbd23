/**
 * What the values of one place have in common, as plain data: so much that they can lie in
 * columns. A row is made back from its columns by its shape alone.
 */
export type Shape =
  /** No value has been seen: the items of lists that are all empty. */
  | { readonly kind: "nothing" }
  | { readonly kind: "absent"; readonly value: Absent }
  /** `int32` where all of them are 32-bit integers, and none is -0. */
  | { readonly kind: "number"; readonly form: "int32" | "float64" }
  | { readonly kind: "boolean" }
  /** Always the same text. */
  | { readonly kind: "constant"; readonly text: string }
  /** `dictionary` where few texts come again and again. */
  | { readonly kind: "string"; readonly form: "dictionary" | "text" }
  | RecordShape
  /** `size` is the length of all of them, or null where it differs. */
  | { readonly kind: "list"; readonly size: number | null; readonly item: Shape }
  /** A value that is sometimes absent, always in the same way. */
  | { readonly kind: "optional"; readonly absent: Absent; readonly of: Shape };

/** A plain object; its keys are always the same, in the same order. */
export interface RecordShape {
  readonly kind: "record";
  readonly keys: readonly string[];
  readonly fields: readonly Shape[];
}

/** What stands where there is no value. */
export type Absent = "null" | "undefined";

/** Why a value has no place in columns. */
export interface Misfit {
  readonly kind: "misfit";
  /** Where in the value: `.rows[3].close`; empty for the value itself. */
  readonly path: string;
  /** What the values before were; empty where nothing of the kind is taken at all. */
  readonly expected: string;
  readonly got: string;
}

/** Strings up to this length may be part of a shape. */
const MAX_CONSTANT = 256;

/** The shape of a string. */
export function stringShape(text: string): Shape {
  return text.length > MAX_CONSTANT ? { kind: "string", form: "text" } : { kind: "constant", text };
}

/**
 * The narrowest shape of all values of `a` and all of `b`; `a` itself if `b` adds nothing.
 *
 * @param path where they stand
 */
export function joinShapes(a: Shape, b: Shape, path = ""): Shape | Misfit {
  if (b.kind === "nothing" || a === b) return a;
  if (a.kind === "nothing") return b;
  if (a.kind === "absent" || a.kind === "optional" || b.kind === "absent" || b.kind === "optional")
    return joinOptional(a, b, path);
  if (a.kind === "number" && b.kind === "number") {
    return a.form === b.form || a.form === "float64" ? a : b;
  }
  if (a.kind === "boolean" && b.kind === "boolean") return a;
  if (isText(a) && isText(b)) return joinTexts(a, b);
  if (a.kind === "record" && b.kind === "record") return joinRecords(a, b, path);
  if (a.kind === "list" && b.kind === "list") {
    const item = joinShapes(a.item, b.item, `${path}[]`);
    if (item.kind === "misfit") return item;
    const size = a.size === b.size ? a.size : null;
    return size === a.size && item === a.item ? a : { kind: "list", size, item };
  }
  return { kind: "misfit", path, expected: shapeText(a), got: shapeText(b) };
}

/** A shape in words: "a record with the keys `x`, `y`". */
export function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case "nothing":
      return "nothing";
    case "absent":
      return shape.value;
    case "number":
      return "a number";
    case "boolean":
      return "a boolean";
    case "constant":
    case "string":
      return "a string";
    case "record":
      return recordText(shape);
    case "list":
      return `a list${shape.item.kind === "nothing" ? "" : ` whose items are each ${shapeText(shape.item)}`}`;
    case "optional":
      return `${shapeText(shape.of)} or ${shape.absent}`;
    default:
      return shape satisfies never;
  }
}

function recordText({ keys }: RecordShape): string {
  if (keys.length === 0) return "an object without keys";
  const shown = keys.slice(0, 8).map((key) => `\`${key}\``);
  if (keys.length > 8) shown.push(`${keys.length - 8} more`);
  return `an object with the key${keys.length === 1 ? "" : "s"} ${shown.join(", ")}`;
}

type TextShape = Shape & { readonly kind: "constant" | "string" };

function isText(shape: Shape): shape is TextShape {
  return shape.kind === "constant" || shape.kind === "string";
}

function joinTexts(a: TextShape, b: TextShape): Shape {
  if (a.kind === "string") return b.kind === "string" && b.form === "text" ? b : a;
  if (b.kind === "string") return b;
  return a.text === b.text ? a : { kind: "string", form: "dictionary" };
}

function joinOptional(a: Shape, b: Shape, path: string): Shape | Misfit {
  const absent = absentOf(a) ?? (absentOf(b) as Absent);
  if ((absentOf(b) ?? absent) !== absent) {
    return { kind: "misfit", path, expected: shapeText(a), got: shapeText(b) };
  }
  const present = presentOf(a);
  const of = joinShapes(present, presentOf(b), path);
  if (of.kind === "misfit") return of;
  if (of.kind === "nothing") return a;
  return a.kind === "optional" && of === present ? a : { kind: "optional", absent, of };
}

function absentOf(shape: Shape): Absent | undefined {
  if (shape.kind === "absent") return shape.value;
  return shape.kind === "optional" ? shape.absent : undefined;
}

function presentOf(shape: Shape): Shape {
  if (shape.kind === "absent") return { kind: "nothing" };
  return shape.kind === "optional" ? shape.of : shape;
}

function joinRecords(a: RecordShape, b: RecordShape, path: string): Shape | Misfit {
  const same = a.keys.length === b.keys.length && a.keys.every((key, i) => key === b.keys[i]);
  if (!same) return { kind: "misfit", path, expected: recordText(a), got: recordText(b) };
  let isWider = false;
  const fields: Shape[] = [];
  for (const [i, key] of a.keys.entries()) {
    const before = a.fields[i] as Shape;
    const field = joinShapes(before, b.fields[i] as Shape, path + keyPath(key));
    if (field.kind === "misfit") return field;
    if (field !== before) isWider = true;
    fields.push(field);
  }
  return isWider ? { kind: "record", keys: a.keys, fields } : a;
}

/** How a property is written behind its object. */
export function keyPath(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key)}]`;
}
