import { types } from "node:util";
import { NotSendableError } from "../errors.ts";
import { referenceOf, type TaskReference } from "../protocol/reference.ts";
import { builtinReference } from "./builtins.ts";
import { isGeneratorFunction, isNative } from "./found.ts";
import { withInspector } from "./inspector.ts";
import { Packer } from "./pack.ts";
import type { AnyFunction } from "./task.ts";

/**
 * How workers come by a function: the first that works of the reference that it carries, an
 * export of a module, its text with the values that it captured. Values are as they are at this
 * moment.
 *
 * @param what how messages call a function without a name: "the task", "`init`"
 * @throws CaptureRefusedError if it captured what cannot be sent
 * @throws NotSendableError if it cannot be sent for what it is itself, or if Node's inspector
 *   is needed and cannot be used
 */
export function describeTask(fn: AnyFunction, what: string): TaskReference {
  const carried = referenceOf(fn);
  if (carried !== undefined) return carried;
  const text = Function.prototype.toString.call(fn);
  const builtin = types.isProxy(fn) ? undefined : builtinReference(fn);
  if (builtin !== undefined) return builtin;
  assertSendable(fn, text, what);
  return withInspector((view) => {
    const name = fn.name || what;
    const { parcel, id, place } = new Packer(view, name).packRoot(fn);
    const root = parcel.parts[parcel.root];
    if (root?.kind === "reference") return root.reference;
    return { kind: "closure", id, name: fn.name || place, parcel };
  });
}

function assertSendable(fn: AnyFunction, text: string, what: string): void {
  const name = fn.name === "" ? what : `\`${fn.name}\``;
  const refuse = (reason: string, way: string): never => {
    throw new NotSendableError(`Cannot send ${name} to workers: ${reason}. ${way}`);
  };
  if (types.isProxy(fn)) refuse("it is a Proxy", "Give the function behind it");
  if (isGeneratorFunction(fn)) {
    refuse("it is a generator, whose results cannot be sent back", "Return an array instead");
  }
  if (/^class\b/.test(text)) refuse("it is a class", "Give a function that makes what you need");
  if (!isNative(fn)) return;
  if (fn.name.startsWith("bound ")) {
    refuse("it is a bound function", "Write `(item) => f(item)` in its place");
  }
  refuse(
    "it is a native function that Node does not export",
    "Write `(item) => f(item)` in its place",
  );
}
