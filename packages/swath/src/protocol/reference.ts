import type { Parcel } from "./parcel.ts";

/** Where a worker finds a function: plain data, so it crosses threads. */
export type TaskReference =
  | RegisteredReference
  | ExportReference
  | BuiltinReference
  | ClosureReference;

/** Made by `task(import.meta, fn)`: importing `url` registers the function under `id`. */
export interface RegisteredReference {
  readonly kind: "registered";
  readonly url: string;
  readonly id: string;
  /** Where its code runs from, if that is not `url`: bundlers keep names of files they replace. */
  readonly bundle?: {
    readonly script: string;
    /** The program that was started. */
    readonly entry: string | undefined;
  };
  /** Tasks of that name in the module; told apart by their order, so it must be the same. */
  readonly alike: number;
}

/** An export of a module. */
export interface ExportReference {
  readonly kind: "export";
  readonly url: string;
  readonly name: string;
  /** What the function looks like where it was found; a worker takes no other. */
  readonly expected?: ExpectedFunction;
  /** What other modules may have given it; undefined for a function that is no more than its text. */
  readonly completion?: Completion | undefined;
  /** Why it could not be sent as text, and the program itself must be imported for it. */
  readonly refusal?: string;
}

/** How a worker knows that an export is the function that was meant. */
export interface ExpectedFunction {
  readonly name: string;
  readonly arity: number;
  /** Its text; undefined where a loader may have changed it. */
  readonly text: string | undefined;
}

/** How a worker has a function as whole as the caller has it. */
export interface Completion {
  /** What it must have: its own properties, and `prototype.x` for what its prototype has. */
  readonly members: readonly string[];
  /** URLs of modules that export it, too: to be imported if its own has not made it whole. */
  readonly modules: readonly string[];
}

/** Something that is part of Node or of the language. */
export interface BuiltinReference {
  readonly kind: "builtin";
  /** "node:fs" and the like; empty for what is reached from `globalThis`. */
  readonly module: string;
  readonly path: readonly string[];
}

/** A function as text, with the values that it captured. */
export interface ClosureReference {
  readonly kind: "closure";
  /** Its own name, else its file and line. */
  readonly name: string;
  readonly parcel: Parcel;
}

/** Key under which a function carries its {@link TaskReference}. */
export const TASK_REFERENCE: unique symbol = Symbol.for("swath.task") as never;

/** What `task` and `fromModule` return functions as. */
export interface Sendable {
  readonly [TASK_REFERENCE]: TaskReference;
}

/** The reference that `fn` carries, if any. */
export function referenceOf(fn: unknown): TaskReference | undefined {
  if (typeof fn !== "function") return undefined;
  return (fn as Partial<Sendable>)[TASK_REFERENCE];
}

/** A name for messages: the function's own, or the last part of its reference. */
export function taskName(reference: TaskReference): string {
  switch (reference.kind) {
    case "registered":
      return reference.id.split("#").pop() as string;
    case "builtin":
      return reference.path.at(-1) as string;
    case "export":
    case "closure":
      return reference.name;
    default:
      return reference satisfies never;
  }
}
