import { types } from "node:util";
import { joinShapes, keyPath, type Misfit, type Shape, stringShape } from "./shape.ts";

/** Values that lie deeper, or within themselves, have no shape. */
const MAX_DEPTH = 32;
/** Places that a shape may have: the code for it is as long. */
const MAX_PLACES = 1_000;
const FLOAT64: Shape = { kind: "number", form: "float64" };

/**
 * The shape of one value, or why it has none: only numbers, booleans, strings, null, undefined,
 * and plain objects and arrays of these have. Looks closely: accessors, proxies, further
 * properties of arrays and holes are found out.
 */
export function shapeOf(value: unknown): Shape | Misfit {
  return lookedAt(value, "");
}

/** Never throws, whatever the value does when it is looked at. */
function lookedAt(value: unknown, path: string): Shape | Misfit {
  try {
    return shapeAt(value, path, 0, { left: MAX_PLACES });
  } catch {
    return misfit(path, "an object that throws when it is read");
  }
}

/** What keeps a value from having a shape, or the shape that others have; undefined if nothing does. */
export function misfitOf(value: unknown, shape: Shape, path = ""): Misfit | undefined {
  const own = lookedAt(value, path);
  if (own.kind === "misfit") return own;
  const joined = joinShapes(shape, own, path);
  if (joined.kind !== "misfit") return undefined;
  const expected = shape.kind === "optional" ? shape.of : shape;
  if (expected.kind === "list" && Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      const found = misfitOf(item, expected.item, `${path}[${i}]`);
      if (found !== undefined) return found;
    }
  }
  if (expected.kind === "record" && own.kind === "record") {
    for (const [i, key] of expected.keys.entries()) {
      if (key !== own.keys[i]) break;
      const field = (value as Readonly<Record<string, unknown>>)[key];
      const found = misfitOf(field, expected.fields[i] as Shape, path + keyPath(key));
      if (found !== undefined) return found;
    }
  }
  return joined;
}

interface Budget {
  left: number;
}

function shapeAt(value: unknown, path: string, depth: number, budget: Budget): Shape | Misfit {
  switch (typeof value) {
    case "number":
      return { kind: "number", form: isInt32(value) ? "int32" : "float64" };
    case "boolean":
      return { kind: "boolean" };
    case "string":
      return stringShape(value);
    case "undefined":
      return { kind: "absent", value: "undefined" };
    case "object":
      if (value === null) return { kind: "absent", value: "null" };
      if (depth >= MAX_DEPTH) return misfit(path, `nested more than ${MAX_DEPTH} deep`);
      if (types.isProxy(value)) return misfit(path, "a Proxy");
      return Array.isArray(value)
        ? shapeOfList(value, path, depth, budget)
        : shapeOfRecord(value, path, depth, budget);
    case "bigint":
    case "function":
    case "symbol":
    default:
      return misfit(path, `a ${typeof value}`);
  }
}

/** Whether a number survives as a 32-bit integer: -0 does not. */
function isInt32(value: number): boolean {
  return (value | 0) === value && (value !== 0 || 1 / value > 0);
}

function shapeOfList(
  list: readonly unknown[],
  path: string,
  depth: number,
  budget: Budget,
): Shape | Misfit {
  if (Object.getPrototypeOf(list) !== Array.prototype) return misfit(path, kindOf(list));
  const keys = Object.keys(list);
  if (keys.length < list.length) return misfit(path, "a list with holes");
  if (keys.length > list.length) {
    return misfit(path, `a list with a property ${JSON.stringify(keys[list.length])}`);
  }
  let item: Shape = { kind: "nothing" };
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    // Long lists are lists of numbers.
    if (item.kind === "number" && typeof value === "number") {
      if (item.form === "int32" && !isInt32(value)) item = FLOAT64;
      continue;
    }
    const at = `${path}[${i}]`;
    // Further items add no places.
    const own = shapeAt(value, at, depth + 1, i === 0 ? budget : { left: MAX_PLACES });
    const joined: Shape | Misfit = own.kind === "misfit" ? own : joinShapes(item, own, at);
    if (joined.kind === "misfit") return misfitOf(value, item, at) ?? joined;
    item = joined;
  }
  return { kind: "list", size: list.length, item };
}

function shapeOfRecord(
  record: object,
  path: string,
  depth: number,
  budget: Budget,
): Shape | Misfit {
  const isPlain =
    Object.getPrototypeOf(record) === Object.prototype &&
    Object.prototype.toString.call(record) === "[object Object]";
  if (!isPlain) return misfit(path, kindOf(record));
  const keys = Object.keys(record);
  budget.left -= keys.length;
  if (budget.left < 0) return misfit(path, `one of more than ${MAX_PLACES} properties`);
  const fields: Shape[] = [];
  for (const key of keys) {
    const at = path + keyPath(key);
    // In a literal it would set the prototype.
    if (key === "__proto__") return misfit(at, "a property of that name");
    const own = Object.getOwnPropertyDescriptor(record, key);
    if (own === undefined || !("value" in own)) return misfit(at, "an accessor");
    const field = shapeAt(own.value, at, depth + 1, budget);
    if (field.kind === "misfit") return field;
    fields.push(field);
  }
  return { kind: "record", keys, fields };
}

function misfit(path: string, got: string): Misfit {
  return { kind: "misfit", path, expected: "", got };
}

function kindOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return "an object without prototype";
  try {
    const name = value.constructor?.name;
    if (typeof name === "string" && name !== "" && name !== "Object" && name !== "Array") {
      return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
    }
  } catch {}
  return `an object of a kind of its own (${Object.prototype.toString.call(value)})`;
}
