import { sharedViewOf } from "../protocol/shared-view.ts";
import { whyUnsendable } from "./unsendable.ts";

/** Values that are looked into. */
const MAX_VISITS = 1_000;

/** A part of a value that does not arrive as it was sent. */
export interface CloneLoss {
  /** Where it is, as one would write it: `item.rows[3]`. */
  readonly path: string;
  /** What becomes of it: "is a Point, whose class is lost on the way". */
  readonly what: string;
}

/** Classes whose instances arrive as instances of them. */
const KEPT = new Set(
  [Map, Set, Date, RegExp, Boolean, Number, String, BigInt, ArrayBuffer, SharedArrayBuffer]
    .map(({ name }) => name)
    .concat("DataView", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array")
    .concat("Uint16Array", "Int32Array", "Uint32Array", "Float16Array", "Float32Array")
    .concat("Float64Array", "BigInt64Array", "BigUint64Array")
    .concat("Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError")
    .concat("URIError", "Array", "Object"),
);

/**
 * The first part of `value` that structured clone refuses or changes: functions, instances of
 * classes (a Buffer arrives as a Uint8Array). Large values are looked at in part.
 *
 * @param name what to call `value` itself
 */
export function cloneLoss(value: unknown, name: string): CloneLoss | undefined {
  return search(value, name, { visits: MAX_VISITS, seen: new Set() });
}

interface Walk {
  visits: number;
  readonly seen: Set<object>;
}

function search(value: unknown, path: string, walk: Walk): CloneLoss | undefined {
  if (typeof value === "function" || typeof value === "symbol") {
    return { path, what: `is a ${typeof value}, which cannot be sent` };
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (walk.seen.has(value) || walk.visits-- <= 0) return undefined;
  // Shared arrays are carried as such.
  if (sharedViewOf(value) !== undefined) return undefined;
  walk.seen.add(value);
  const className = classOf(value);
  if (className !== undefined && !KEPT.has(className)) {
    const isRefused = whyUnsendable(value) !== undefined;
    const fate = isRefused ? "which cannot be sent" : "whose class is lost on the way";
    return { path, what: `is a ${className}, ${fate}` };
  }
  try {
    for (const [childPath, child] of partsOf(value, path)) {
      const loss = search(child, childPath, walk);
      if (loss !== undefined) return loss;
    }
  } catch {
    return { path, what: "has a property that cannot be read" };
  }
  return undefined;
}

/** The name of a value's class; undefined for plain objects, of other realms too. */
function classOf(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
  return (
    (prototype.constructor as { readonly name?: string } | undefined)?.name || "class instance"
  );
}

function* partsOf(value: object, path: string): Generator<readonly [string, unknown]> {
  if (ArrayBuffer.isView(value)) return;
  if (value instanceof Map) {
    for (const [key, child] of value) {
      yield [`[...${path}.keys()]`, key];
      yield [`[...${path}.values()]`, child];
    }
  } else if (value instanceof Set) {
    for (const child of value) yield [`[...${path}]`, child];
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length && i < MAX_VISITS; i++) yield [`${path}[${i}]`, value[i]];
  } else {
    for (const [key, child] of Object.entries(value)) yield [`${path}.${key}`, child];
  }
}
