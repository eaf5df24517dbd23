import { dirname, isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TaskNotFoundError } from "../errors.ts";
import type { Entry, FunctionPart, ModuleOwn, Parcel, Part } from "../protocol/parcel.ts";
import type { ClosureReference, TaskReference } from "../protocol/reference.ts";
import { arrayOfView, SharedArray } from "../shared/shared-array.ts";
import { compileFunction, importFrom } from "./compile.ts";
import { createRequire } from "./create-require.ts";
import { plainSpecifier } from "./vite.ts";
import { markedWorker } from "./worker-mark.ts";

/** What reviving needs of the loader of references. */
export interface Loading {
  load(reference: TaskReference): Promise<unknown>;
  /** Makes this thread able to load what a module at `url` imports. */
  prepare(url: string): Promise<void>;
}

/** Those at work, by what functions of one job share. */
const unpackers = new WeakMap<readonly Part[], Promise<Unpacker>>();

/** A function that may load modules while it runs. */
const IMPORTS = /\bimport\s*\(/;

/**
 * Makes a function of its text again, and of everything that it captured.
 *
 * @throws whatever a module throws that it imports
 */
export async function revive(reference: ClosureReference, loading: Loading): Promise<unknown> {
  const mark = markedWorker();
  if (mark !== undefined) mark.revived++;
  const { parts, root, maps } = reference.parcel;
  let unpacker = unpackers.get(parts);
  if (unpacker === undefined) {
    unpacker = loadParts(parts, loading).then((loaded) => new Unpacker(parts, maps, loaded));
    unpackers.set(parts, unpacker);
  }
  return (await unpacker).at(root);
}

/** What has to be imported, by the index of its part. */
async function loadParts(parts: readonly Part[], loading: Loading): Promise<Map<number, unknown>> {
  const loaded = new Map<number, unknown>();
  for (const [index, part] of parts.entries()) {
    if (part.kind === "reference") loaded.set(index, await loading.load(part.reference));
    if (part.kind === "module" || (part.kind === "function" && IMPORTS.test(part.text))) {
      await loading.prepare(part.url);
    }
    if (part.kind === "imported") {
      await loading.prepare(part.from);
      const module = (await importFrom(part.from)(part.specifier)) as Record<string, unknown>;
      loaded.set(index, part.name === "*" ? module : exportOf(module, part));
    }
  }
  return loaded;
}

function exportOf(
  module: Readonly<Record<string, unknown>>,
  { name, specifier, from }: Part & { readonly kind: "imported" },
): unknown {
  if (name in module) return module[name];
  // Names of a CommonJS module that Node could not tell.
  const { default: whole } = module;
  if (typeof whole === "object" && whole !== null && name in whole) {
    return (whole as Record<string, unknown>)[name];
  }
  throw new TaskNotFoundError(
    `Cannot find the export \`${name}\` of "${specifier}", which ${from} imports and a task needs: ` +
      `the module exports ${Object.keys(module).join(", ") || "nothing"} in the worker`,
  );
}

class Unpacker {
  readonly #parts: readonly Part[];
  readonly #maps: Parcel["maps"];
  readonly #loaded: ReadonlyMap<number, unknown>;
  /** Values by the index of their part; an object is in here before it is filled. */
  readonly #made = new Map<number, unknown>();

  constructor(parts: readonly Part[], maps: Parcel["maps"], loaded: ReadonlyMap<number, unknown>) {
    this.#parts = parts;
    this.#maps = maps;
    this.#loaded = loaded;
  }

  at(index: number): unknown {
    if (this.#made.has(index)) return this.#made.get(index);
    return this.#make(index, this.#parts[index] as Part);
  }

  #make(index: number, part: Part): unknown {
    switch (part.kind) {
      case "value":
        return this.#keep(index, part.value);
      case "symbol":
        return this.#keep(index, Symbol.for(part.name));
      case "url":
        return this.#keep(index, new URL(part.href));
      case "shared":
        return this.#keep(index, part.view ? arrayOfView(part.view) : SharedArray);
      case "buffer": {
        const { buffer, byteOffset, byteLength } = part.bytes;
        return this.#keep(index, Buffer.from(buffer, byteOffset, byteLength));
      }
      case "object":
        return this.#fill(this.#keep(index, part.isBare ? Object.create(null) : {}), part.entries);
      case "array":
        return this.#fill(this.#keep(index, new Array(part.length)), part.entries);
      case "map": {
        const map = this.#keep(index, new Map());
        for (const [key, value] of part.entries) map.set(this.at(key), this.at(value));
        return map;
      }
      case "set": {
        const set = this.#keep(index, new Set());
        for (const item of part.items) set.add(this.at(item));
        return set;
      }
      case "error":
        return this.#makeError(index, part);
      case "module":
        return this.#keep(index, moduleOwn(part.what, part.url));
      case "function":
        return this.#makeFunction(index, part);
      case "reference":
        return this.#give(this.#keep(index, this.#loaded.get(index)), part.given);
      case "imported":
        return this.#keep(index, this.#loaded.get(index));
      case "unset":
        return undefined;
      default:
        return part satisfies never;
    }
  }

  #keep<T>(index: number, value: T): T {
    this.#made.set(index, value);
    return value;
  }

  #fill(object: object, entries: readonly Entry[]): object {
    for (const [key, index] of entries) {
      const value = this.at(index);
      Object.defineProperty(object, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return object;
  }

  /** What a module has given stays. */
  #give(value: unknown, given: readonly Entry[] = []): unknown {
    const absent = given.filter(([key]) => !Object.hasOwn(value as object, key));
    return absent.length === 0 ? value : this.#fill(value as object, absent);
  }

  #makeError(index: number, { type, entries }: Part & { readonly kind: "error" }): Error {
    const make = (globalThis as unknown as Record<string, ErrorConstructor>)[type] ?? Error;
    const error = this.#keep(index, Object.setPrototypeOf(new Error(), make.prototype) as Error);
    const hidden = new Set(["message", "stack", "cause"]);
    for (const [key, at] of entries) {
      const enumerable = !hidden.has(key);
      const value = this.at(at);
      Object.defineProperty(error, key, { value, writable: true, enumerable, configurable: true });
    }
    return error;
  }

  /** A function is kept before its captures are made, so that they may capture it. */
  #makeFunction(index: number, part: FunctionPart): unknown {
    const isUnset = (name: string) => {
      const entry = part.captures.find(([capture]) => capture === name);
      return entry !== undefined && this.#parts[entry[1]]?.kind === "unset";
    };
    const all = part.captures.map(([name]) => name).filter((name) => !isUnset(name));
    const unset = part.captures.map(([name]) => name).filter(isUnset);
    const early =
      part.form === "class" ? all.filter((name) => this.#isEarly(index, part, name)) : [];
    const late = all.filter((name) => !early.includes(name));
    const at = new Map(part.captures);
    const map = this.#maps[part.url];
    const build = compileFunction(part, { early, late, unset }, map);
    let made: unknown;
    build(
      (fn) => {
        made = this.#keep(index, fn);
      },
      (name) => this.at(at.get(name) as number),
    );
    if ((made as { name: string }).name !== part.name) {
      Object.defineProperty(made, "name", { value: part.name, configurable: true });
    }
    return this.#fill(made as object, part.properties);
  }

  /** A class may use what it captured while it is made, save what needs the class itself. */
  #isEarly(self: number, part: FunctionPart, name: string): boolean {
    if (part.needed.includes(name)) return true;
    const index = part.captures.find(([capture]) => capture === name)?.[1] as number;
    return !this.#reaches(index, self, new Set());
  }

  #reaches(from: number, to: number, seen: Set<number>): boolean {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return membersOf(this.#parts[from] as Part).some((next) => this.#reaches(next, to, seen));
  }
}

function membersOf(part: Part): readonly number[] {
  switch (part.kind) {
    case "reference":
      return part.given?.map(([, at]) => at) ?? [];
    case "function":
      return [...part.captures, ...part.properties].map(([, index]) => index);
    case "object":
    case "array":
    case "error":
      return part.entries.map(([, index]) => index);
    case "map":
      return part.entries.flat();
    case "set":
      return part.items;
    case "value":
    case "unset":
    case "imported":
    case "buffer":
    case "shared":
    case "url":
    case "symbol":
    case "module":
      return [];
    default:
      return part satisfies never;
  }
}

function moduleOwn(what: ModuleOwn, url: string): unknown {
  switch (what) {
    case "require":
      // What `node -e` and the REPL run is at no place: they look from where they were started.
      return createRequire(url.startsWith("file:") || isAbsolute(url) ? url : `${process.cwd()}/`);
    case "import": {
      const load = importFrom(url);
      return (specifier: string) => load(plainSpecifier(specifier));
    }
    case "meta": {
      if (!url.startsWith("file:")) return { url };
      const filename = fileURLToPath(url);
      const resolve = (specifier: string) => resolveFrom(specifier, url);
      return { url, filename, dirname: dirname(filename), main: false, resolve };
    }
    default:
      return what satisfies never;
  }
}

function resolveFrom(specifier: string, url: string): string {
  if (/^\.{0,2}\//.test(specifier) || URL.canParse(specifier)) return new URL(specifier, url).href;
  const path = createRequire(url).resolve(specifier);
  return isAbsolute(path) ? pathToFileURL(path).href : `node:${path}`;
}
