/** Where a worker finds a function: plain data, so it crosses threads. */
export type TaskReference =
  /** Made by `task(import.meta, fn)`: importing `url` registers the function under `id`. */
  | {
      readonly kind: "registered";
      readonly url: string;
      readonly id: string;
      /** Tasks of that name in the module; told apart by their order, so it must be the same. */
      readonly alike: number;
    }
  /** An export of a module. */
  | { readonly kind: "export"; readonly url: string; readonly name: string };

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
  return reference.kind === "export" ? reference.name : (reference.id.split("#").pop() as string);
}
