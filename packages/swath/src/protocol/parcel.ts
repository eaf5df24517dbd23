import type { BuiltinReference, ExportReference, RegisteredReference } from "./reference.ts";
import type { SharedView } from "./shared-view.ts";

/**
 * A function and all that it captured, as plain data. Parts refer to each other by their index,
 * so that what was one object stays one, and cycles are no trouble.
 */
export interface Parcel {
  /** Functions of one job share them, so that what several captured stays one. */
  readonly parts: readonly Part[];
  /** The function needs none but so many of the first parts. */
  readonly count: number;
  /** Index of the function itself. */
  readonly root: number;
  /** Source maps by the URL of the script they belong to, as its last line names them. */
  readonly maps: Readonly<Record<string, string>>;
}

/** One value of a parcel; numbers are indices of parts. */
export type Part =
  /** Crosses by structured clone. */
  | { readonly kind: "value"; readonly value: unknown }
  /** A variable that had no value yet: reading it throws, as it would have where it was written. */
  | { readonly kind: "unset" }
  | {
      readonly kind: "reference";
      readonly reference: RegisteredReference | ExportReference | BuiltinReference;
      /** Data that a function has, for where its modules do not give it. */
      readonly given?: readonly Entry[];
    }
  /** What `import { name } from specifier` gives in the module `from`; "*" for all of it. */
  | {
      readonly kind: "imported";
      readonly from: string;
      readonly specifier: string;
      readonly name: string;
    }
  /** A plain object that holds what structured clone would refuse or change. */
  | {
      readonly kind: "object";
      readonly entries: readonly Entry[];
      /** Whether it has no prototype. */
      readonly isBare: boolean;
    }
  | { readonly kind: "array"; readonly length: number; readonly entries: readonly Entry[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [number, number])[] }
  | { readonly kind: "set"; readonly items: readonly number[] }
  | { readonly kind: "buffer"; readonly bytes: Uint8Array }
  | { readonly kind: "url"; readonly href: string }
  /** A `SharedArray`, or, without a view, their class. */
  | { readonly kind: "shared"; readonly view: SharedView | undefined }
  /** `type` is the name of one of the language's error classes. */
  | { readonly kind: "error"; readonly type: string; readonly entries: readonly Entry[] }
  /** `Symbol.for(name)`. */
  | { readonly kind: "symbol"; readonly name: string }
  /** What a module itself has of this name. */
  | { readonly kind: "module"; readonly what: ModuleOwn; readonly url: string }
  | FunctionPart;

/** Key and index of a part. */
export type Entry = readonly [string, number];

/** What each module has of its own: `import.meta`, `import(…)`, `require`. */
export type ModuleOwn = "meta" | "import" | "require";

/** A function or class as text. */
export interface FunctionPart {
  readonly kind: "function";
  readonly form: FunctionForm;
  readonly text: string;
  readonly name: string;
  /** URL of its script, and where in it the text begins; both count from 0. */
  readonly url: string;
  readonly line: number;
  readonly column: number;
  readonly isStrict: boolean;
  readonly captures: readonly Entry[];
  /** Captures that a class needs while it is made: what it extends. */
  readonly needed: readonly string[];
  /** Its own properties beyond those of every function. */
  readonly properties: readonly Entry[];
}

/** How text becomes a function: as it is, or as a member of an object literal. */
export type FunctionForm = "expression" | "method" | "class";
