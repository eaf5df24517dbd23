import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { isSwathError, NotSendableError } from "../errors.ts";
import { referenceOf, type TaskReference } from "../protocol/reference.ts";
import { builtinReference } from "./builtins.ts";
import { isGeneratorFunction, isNative } from "./found.ts";
import { hasReadScripts, withInspector } from "./inspector.ts";
import { type LostWrite, lostWrite, type WriteKind } from "./lost-writes.ts";
import { Packer } from "./pack.ts";
import type { AnyFunction } from "./task.ts";

/** A function that is to reach workers. */
export interface Described {
  readonly fn: AnyFunction;
  /** How messages call it, if it has no name: "the task", "`init`". */
  readonly what: string;
}

/** What is to be known of a search. */
export interface DescribeHooks {
  /** Called if the inspector is needed, before it is. */
  readonly onSearch?: () => void;
  /**
   * Called for a write into captured data that would stay in the worker.
   * @default prints a warning
   */
  readonly onLostWrite?: (write: LostWrite) => void;
  /** Of which writes. @default "lost" */
  readonly writes?: WriteKind;
}

/**
 * How workers come by the functions of a job: by the first that works of the reference that a
 * function carries, an export of a module, its text with the values that it captured. Values are
 * as they are at this moment; what several functions captured stays one.
 *
 * @returns as many references as functions
 * @throws CaptureRefusedError if one captured what cannot be sent
 * @throws NotSendableError if one cannot be sent for what it is itself, or if Node's inspector
 *   is needed and cannot be used
 */
export function describeTasks(
  tasks: readonly Described[],
  { onSearch, onLostWrite = warnOfLostWrite, writes = "lost" }: DescribeHooks = {},
): readonly TaskReference[] {
  const known = tasks.map(withoutInspector);
  if (!known.includes(undefined)) return known as readonly TaskReference[];
  onSearch?.();
  try {
    return withInspector((view) => {
      const packer = new Packer(view);
      return tasks.map((task, i) => known[i] ?? describeWith(packer, task, onLostWrite, writes));
    });
  } catch (error) {
    // What Node itself wrote in JavaScript can be found without the inspector, too.
    if (!isSwathError(error, "SWATH_NOT_SENDABLE")) throw error;
    return tasks.map(({ fn }, i) => {
      const reference = known[i] ?? builtinReference(fn);
      if (reference === undefined) throw error;
      return reference;
    });
  }
}

function withoutInspector({ fn, what }: Described): TaskReference | undefined {
  const carried = types.isProxy(fn) ? undefined : referenceOf(fn);
  if (carried !== undefined) return carried;
  assertSendable(fn, what);
  return isNative(fn) ? (builtinReference(fn) ?? refuseNative(fn, what)) : undefined;
}

function describeWith(
  packer: Packer,
  { fn, what }: Described,
  onLostWrite: (write: LostWrite) => void,
  writes: WriteKind,
): TaskReference {
  const { parcel, place } = packer.packRoot(fn, fn.name || what);
  const root = parcel.parts[parcel.root];
  if (root?.kind === "reference" && !root.given?.length) return root.reference;
  const write = lostWrite(parcel, writes);
  if (write !== undefined) onLostWrite(write);
  return { kind: "closure", name: fn.name || place, parcel };
}

/** Writes that have been told of. */
const warned = new Set<string>();

/** No refusal: a cache that each worker fills for itself is a good thing. */
function warnOfLostWrite(write: LostWrite): void {
  const text = lostWriteText(write);
  if (warned.has(text)) return;
  warned.add(text);
  process.emitWarning(
    `${text}: each worker fills a copy of its own, which the caller never sees. Return results ` +
      "instead, or write into a `SharedArray`",
    { type: "SwathWarning", code: "SWATH_LOST_WRITE" },
  );
}

/** What a task does, as the beginning of a sentence. */
export function lostWriteText({ variable, text, url, line }: LostWrite): string {
  const place = `${url.startsWith("file:") ? basename(fileURLToPath(url)) : url}:${line}`;
  return `A task writes into \`${variable}\`, which it captured (\`${text}\`, ${place})`;
}

/** Milliseconds that the first search of a process takes: V8 tells of every script that it has. */
const FIRST_SEARCH_MS = 30;
/** Milliseconds of any other. */
const SEARCH_MS = 1;

/** About how long {@link describeTasks} takes, in milliseconds. */
export function searchCost(fns: readonly unknown[]): number {
  if (fns.every((fn) => !types.isProxy(fn) && referenceOf(fn) !== undefined)) return 0;
  return hasReadScripts() ? SEARCH_MS : FIRST_SEARCH_MS;
}

function assertSendable(fn: AnyFunction, what: string): void {
  if (types.isProxy(fn)) refuse(fn, what, "it is a Proxy", "Give the function behind it");
  if (isGeneratorFunction(fn)) {
    const reason = "it is a generator, whose results cannot be sent back";
    refuse(fn, what, reason, "Return an array instead");
  }
  if (/^class\b(?!\s*\()/.test(Function.prototype.toString.call(fn))) {
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
