import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { isSwathError, NotSendableError } from "../errors.ts";
import type { Parcel } from "../protocol/parcel.ts";
import { referenceOf, type TaskReference } from "../protocol/reference.ts";
import { builtinReference } from "./builtins.ts";
import { isGeneratorFunction, isNative } from "./found.ts";
import { type InspectorView, withInspector } from "./inspector.ts";
import { lostWrite } from "./lost-writes.ts";
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
  assertSendable(fn, what);
  if (isNative(fn)) return builtinReference(fn) ?? refuseNative(fn, what);
  try {
    return withInspector((view) => describeWith(view, fn, what));
  } catch (error) {
    // What Node itself wrote in JavaScript can be found without the inspector, too.
    const builtin = isSwathError(error, "SWATH_NOT_SENDABLE") ? builtinReference(fn) : undefined;
    if (builtin === undefined) throw error;
    return builtin;
  }
}

function describeWith(view: InspectorView, fn: AnyFunction, what: string): TaskReference {
  const { parcel, id, place } = new Packer(view, fn.name || what).packRoot(fn);
  const root = parcel.parts[parcel.root];
  if (root?.kind === "reference") return root.reference;
  warnOfLostWrite(parcel, id);
  return { kind: "closure", id, name: fn.name || place, parcel };
}

/** Functions whose writes have been told of. */
const warned = new Set<string>();

/** No refusal: a cache that each worker fills for itself is a good thing. */
function warnOfLostWrite(parcel: Parcel, id: string): void {
  if (warned.has(id)) return;
  warned.add(id);
  const write = lostWrite(parcel);
  if (write === undefined) return;
  const file = write.url.startsWith("file:") ? basename(fileURLToPath(write.url)) : write.url;
  process.emitWarning(
    `A task writes into \`${write.variable}\`, which it captured (\`${write.text}\`, ${file}:${write.line}): ` +
      "each worker fills a copy of its own, which the caller never sees. Return results instead, " +
      "or write into a typed array on a `SharedArrayBuffer`",
    { type: "SwathWarning", code: "SWATH_LOST_WRITE" },
  );
}

function assertSendable(fn: AnyFunction, what: string): void {
  if (types.isProxy(fn)) refuse(fn, what, "it is a Proxy", "Give the function behind it");
  if (isGeneratorFunction(fn)) {
    const reason = "it is a generator, whose results cannot be sent back";
    refuse(fn, what, reason, "Return an array instead");
  }
  if (/^class\b/.test(Function.prototype.toString.call(fn))) {
    refuse(fn, what, "it is a class", "Give a function that makes what you need");
  }
}

function refuseNative(fn: AnyFunction, what: string): never {
  const isBound = fn.name.startsWith("bound ");
  const reason = `it is a ${isBound ? "bound function" : "native function that Node does not export"}`;
  return refuse(fn, what, reason, "Write `(item) => f(item)` in its place");
}

function refuse(fn: AnyFunction, what: string, reason: string, way: string): never {
  const name = types.isProxy(fn) || fn.name === "" ? what : `\`${fn.name}\``;
  throw new NotSendableError(`Cannot send ${name} to workers: ${reason}. ${way}`);
}
