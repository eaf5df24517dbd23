import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { isSwathError } from "../errors.ts";
import type { Entry, FunctionPart, Parcel, Part } from "../protocol/parcel.ts";
import { type ExportReference, referenceOf } from "../protocol/reference.ts";
import { builtinReference, NODE_GLOBALS } from "./builtins.ts";
import { exportName, loadedExports } from "./exports.ts";
import { type ImportBinding, importOf } from "./imports.ts";
import type { Inspected, InspectorView, Script } from "./inspector.ts";
import { type Parts, ValuePacker } from "./pack-values.ts";
import { authorPlace, offsetOf, placeOf } from "./place.ts";
import { analyse, META, type Syntax } from "./syntax.ts";
import { type Owner, refuseCapture, Trail, WAYS } from "./trail.ts";

/** A function as it was found. */
interface Found {
  readonly fn: Fn;
  readonly text: string;
  readonly inspected: Inspected;
  readonly script: Script;
  /** Where its text begins in the script's. */
  readonly start: number;
  readonly owner: Owner;
}

type Fn = (...args: never[]) => unknown;

/** Makes a parcel of a function and of all that it captured, as it is at this moment. */
export class Packer implements Parts {
  readonly trail = new Trail();
  readonly #view: InspectorView;
  readonly #rootName: string;
  readonly #parts: Part[] = [];
  readonly #indices = new Map<object, number>();
  readonly #maps: Record<string, string> = {};
  readonly #values = new ValuePacker(this);
  readonly #hash = createHash("sha256");

  constructor(view: InspectorView, rootName: string) {
    this.#view = view;
    this.#rootName = rootName;
  }

  /**
   * @returns the parcel, or the reference that serves in its place
   * @throws CaptureRefusedError for what cannot be sent
   */
  packRoot(fn: Fn): { readonly parcel: Parcel; readonly id: string; readonly place: string } {
    const root = this.packFunction(fn);
    const { file, line } = (this.#root as Owner).placeOf("");
    const id = this.#hash.digest("hex").slice(0, 32);
    const parcel = { parts: this.#parts, root, maps: this.#maps };
    return { parcel, id, place: `${file.replace(/^.*[\\/]/, "")}:${line}` };
  }

  #root: Owner | undefined;

  indexOf(value: object): number | undefined {
    return this.#indices.get(value);
  }

  reserve(value: object | undefined): number {
    const index = this.#parts.push({ kind: "unset" }) - 1;
    if (value !== undefined) this.#indices.set(value, index);
    return index;
  }

  settle(index: number, part: Part): void {
    this.#parts[index] = part;
  }

  packFunction(fn: object): number {
    const known = this.#indices.get(fn);
    if (known !== undefined) return known;
    const reference = this.#carriedReference(fn);
    if (reference !== undefined) return this.#add(fn, { kind: "reference", reference });
    const found = this.#find(fn as Fn);
    const exported = exportReference(found);
    if (exported === undefined) return this.#packText(found);
    if (!isProgram(found.script.url)) {
      return this.#add(fn, { kind: "reference", reference: exported });
    }
    // Importing the program would run it again: only if there is no other way.
    return this.#orElse(
      () => this.#packText(found),
      () => this.#add(fn, { kind: "reference", reference: exported }),
    );
  }

  #add(value: object | undefined, part: Part): number {
    const index = this.reserve(value);
    this.settle(index, part);
    return index;
  }

  /** What needs no inspector: tasks, and what Node and the language bring along. */
  #carriedReference(fn: object) {
    if (types.isProxy(fn)) this.trail.refuse("a Proxy", WAYS.init);
    const reference = referenceOf(fn);
    if (reference !== undefined && reference.kind !== "closure") return reference;
    const isNative = NATIVE.test(Function.prototype.toString.call(fn));
    return isNative ? builtinReference(fn) : undefined;
  }

  #find(fn: Fn): Found {
    const text = Function.prototype.toString.call(fn);
    const inspected = this.#view.inspect(fn);
    if (inspected.isBound)
      this.trail.refuse(
        "a bound function",
        "Capture the function itself, and call it with its arguments in a function written in place",
      );
    const { location } = inspected;
    const script = location && this.#view.script(location.scriptId);
    if (location === undefined || script === undefined || NATIVE.test(text)) {
      return this.trail.refuse("a native function", WAYS.plain);
    }
    const offset = offsetOf(script, location);
    const at = script.text.lastIndexOf(text, offset);
    const start = at < 0 ? offset : at;
    const name = fn.name || (this.trail.owner === undefined ? this.#rootName : this.trail.variable);
    const owner: Owner = {
      name,
      via: this.trail.owner,
      placeOf: (word) => authorPlace(script, start + firstUse(text, word)),
    };
    this.#root ??= owner;
    return { fn, text, inspected, script, start, owner };
  }

  #packText(found: Found): number {
    const { fn, text, inspected, script, start, owner } = found;
    if (/^node:/.test(script.url)) {
      const builtin = builtinReference(fn);
      if (builtin !== undefined) return this.#add(fn, { kind: "reference", reference: builtin });
      return this.trail.refuse("a function of Node that it does not export", WAYS.plain);
    }
    const isRoot = owner.via === undefined;
    const isStrict = isStrictText(found);
    const syntax = this.#analyse(owner, text, isStrict, isRoot);
    const index = this.reserve(fn);
    const needed = this.#heritage(found, syntax);
    const captures: Entry[] = [];
    for (const name of syntax.free) {
      const entry = this.#packCapture(found, syntax, name, needed);
      if (entry !== undefined) captures.push(entry);
    }
    if (script.sourceMapUrl?.startsWith("data:")) this.#maps[script.url] = script.sourceMapUrl;
    this.#hash.update(`${text}\0`);
    const part: FunctionPart = {
      kind: "function",
      form: syntax.form,
      text: syntax.text,
      name: fn.name,
      url: script.url,
      ...placeOf(script, start),
      isStrict,
      captures,
      needed: needed === undefined ? [] : [needed],
      properties: this.#packProperties(found, syntax),
    };
    this.settle(index, part);
    return index;
  }

  #analyse(owner: Owner, text: string, isStrict: boolean, isRoot: boolean): Syntax {
    const syntax = analyse(text, isStrict, isRoot, this.#view);
    if ("reason" in syntax) {
      const privateName = /'(#[^']+)'/.exec(syntax.reason)?.[1];
      const variable = privateName ?? owner.name;
      const what = privateName === undefined ? "is no function by itself" : `uses \`${variable}\``;
      refuseCapture(owner, variable, what, syntax.reason, "Write it as a function of its own");
    }
    const { outer } = syntax;
    if (outer !== undefined) {
      const reason = `\`${outer}\` belongs to what stands around the function`;
      const way = "Put what it needs into a variable, or give it by `with`";
      refuseCapture(owner, outer, `uses \`${outer}\``, reason, way);
    }
    return syntax;
  }

  /** The name of the class that a class extends. */
  #heritage({ owner }: Found, { heritage }: Syntax): string | undefined {
    if (heritage === undefined) return undefined;
    if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(heritage)) return heritage;
    const root = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u.exec(heritage)?.[0];
    if (root !== undefined) return root;
    return refuseCapture(
      owner,
      owner.name,
      "extends an expression",
      "it would be computed again",
      "Give the base class a name, or export the class from a module",
    );
  }

  #packCapture(
    found: Found,
    syntax: Syntax,
    name: string,
    needed: string | undefined,
  ): Entry | undefined {
    const { owner, inspected, script, fn } = found;
    const own = ownOfModule(script, name);
    if (own !== undefined) return [name, this.#add(undefined, own)];
    const scope = inspected.scopes.find((variables) => name in variables);
    if (scope === undefined && name === needed && syntax.heritage === name) {
      const base = Object.getPrototypeOf(fn) as unknown;
      return this.trail.within(owner, name, () => [name, this.#values.pack(base)] as const);
    }
    if (scope === undefined && !isOwnGlobal(name)) return undefined;
    if (syntax.assigned.has(name)) {
      const reason = "the caller would never see the new value";
      refuseCapture(owner, name, `assigns \`${name}\``, reason, WAYS.result);
    }
    const read = readVariable(scope ?? (globalThis as Record<string, unknown>), name);
    if (read === undefined) return [name, this.#add(undefined, { kind: "unset" })];
    const pack = () => this.#packVariable(found, syntax, name, read.value);
    return [name, this.trail.within(owner, name, pack)];
  }

  /** By value; what has been imported and cannot be sent is imported in the worker, too. */
  #packVariable({ script }: Found, { code }: Syntax, name: string, value: unknown): number {
    if (name === "require" && isRequire(value)) {
      return this.#add(undefined, { kind: "module", what: "require", url: script.url });
    }
    const binding = importOf(script, name);
    const members = isNamespace(value, name, script) ? membersUsed(code, name) : undefined;
    if (members !== undefined) {
      return this.#packMembers(value as object, members, (member) =>
        binding?.name === "*" ? this.#importPart(script, { ...binding, name: member }) : undefined,
      );
    }
    return this.#orElse(
      () => this.#values.pack(value),
      () => binding && this.#importPart(script, binding),
    );
  }

  #importPart({ url }: Script, binding: ImportBinding): number {
    return this.#add(undefined, { kind: "imported", from: url, ...binding });
  }

  /** Of a module's namespace, what the function uses. */
  #packMembers(
    namespace: object,
    members: readonly string[],
    byImport: (member: string) => number | undefined,
  ): number {
    const entries = members.map((member) => {
      const read = readVariable(namespace as Record<string, unknown>, member);
      this.trail.enter(member);
      const index =
        read === undefined
          ? this.trail.refuse("it has no value yet", "Start the job later")
          : this.#orElse(
              () => this.#values.pack(read.value),
              () => byImport(member),
            );
      this.trail.leave();
      return [member, index] as const;
    });
    return this.#add(undefined, { kind: "object", entries, isBare: true });
  }

  #packProperties({ fn, text, owner }: Found, { form }: Syntax): readonly Entry[] {
    const entries: Entry[] = [];
    for (const key of Reflect.ownKeys(fn)) {
      if (typeof key === "symbol" || STANDARD.has(key)) continue;
      const { value, get } = Object.getOwnPropertyDescriptor(fn, key) as PropertyDescriptor;
      const isWritten = form === "class" && (get !== undefined || typeof value === "function");
      if (isWritten && text.includes(key)) continue;
      entries.push(
        this.trail.within(owner, `${owner.name}.${key}`, () => [key, this.#values.pack(value)]),
      );
    }
    this.#assertNoMethods(fn, form, owner);
    return entries;
  }

  #assertNoMethods(fn: Fn, form: Syntax["form"], owner: Owner): void {
    const prototype: unknown = form === "class" ? undefined : fn.prototype;
    if (typeof prototype !== "object" || prototype === null || isGeneratorFunction(fn)) return;
    const methods = Reflect.ownKeys(prototype).filter((key) => key !== "constructor");
    if (methods.length === 0) return;
    const [first] = methods;
    const variable = `${owner.name}.prototype.${String(first)}`;
    refuseCapture(
      owner,
      variable,
      `has methods on its prototype (\`${String(first)}\`)`,
      "they are not in its text",
      "Write it as a class",
    );
  }

  /** Runs `first`; if it refuses, takes back what it added, and runs `second`. */
  #orElse(first: () => number, second: () => number | undefined): number {
    const length = this.#parts.length;
    return this.trail.attempt(first, (refusal) => {
      if (!isSwathError(refusal, "SWATH_CAPTURE_REFUSED")) throw refusal;
      this.#parts.length = length;
      for (const [value, index] of this.#indices) {
        if (index >= length) this.#indices.delete(value);
      }
      const index = second();
      if (index === undefined) throw refusal;
      return index;
    });
  }
}

const NATIVE = /\{\s*\[native code\]\s*\}$/;
/** What every function has. */
const STANDARD: ReadonlySet<string> = new Set([
  "length",
  "name",
  "prototype",
  "arguments",
  "caller",
]);

/** The export that `found` is, with what a worker checks it by. */
export function exportReference({ fn, text, script, start }: Found): ExportReference | undefined {
  if (!script.url.startsWith("file:")) return undefined;
  const name = exportName(script, fn, start);
  if (name === undefined) return undefined;
  // A map means that a loader changed the text, and another loader may change it otherwise.
  const isOriginal = script.sourceMapUrl?.startsWith("data:") !== true;
  const expected = { name: fn.name, arity: fn.length, text: isOriginal ? text : undefined };
  return { kind: "export", url: script.url, name, expected };
}

/** Whether a script is the program that was started, or a test file: both run when imported. */
function isProgram(url: string): boolean {
  if (/\.(?:test|spec)\.[cm]?[jt]sx?$/.test(url)) return true;
  const [, entry] = process.argv;
  if (entry === undefined) return false;
  try {
    return realpathSync(fileURLToPath(url)) === realpathSync(entry);
  } catch {
    return false;
  }
}

/** Strictness is inherited from the text around a function. */
function isStrictText({ fn, text, script }: Found): boolean {
  if (script.isModule || /^class\b/.test(text)) return true;
  if (Object.hasOwn(fn, "prototype") && !isGeneratorFunction(fn)) return isStrictFunction(fn);
  return /^(?:#!.*\n|\s|\/\/.*\n|\/\*[^]*?\*\/|__filename="[^"]*";\(\(\)=>\{)*["']use strict["']/.test(
    script.text,
  );
}

/** Strict functions do not say who called them. */
function isStrictFunction(fn: Fn): boolean {
  try {
    void (fn as unknown as { readonly caller: unknown }).caller;
    return false;
  } catch {
    return true;
  }
}

export function isGeneratorFunction(fn: object): boolean {
  return /Generator/.test(Object.prototype.toString.call(fn));
}

function firstUse(text: string, word: string): number {
  const root = /^[\p{ID_Start}$_#][\p{ID_Continue}$]*/u.exec(word)?.[0];
  if (root === undefined) return 0;
  const pattern = `(?<![\\w$.])${root.replaceAll("$", "\\$")}(?![\\w$])`;
  return Math.max(0, text.search(new RegExp(pattern)));
}

/** What stands for `import.meta` and `import()`, here and under vite's test runner. */
function ownOfModule({ url }: Script, name: string): Part | undefined {
  if (name === META || name === "__vite_ssr_import_meta__")
    return { kind: "module", what: "meta", url };
  if (name === "__vite_ssr_dynamic_import__") return { kind: "module", what: "import", url };
  return undefined;
}

function isRequire(value: unknown): boolean {
  return typeof value === "function" && typeof (value as NodeJS.Require).resolve === "function";
}

/** A property that the program gave to the globals; workers do not have it. */
function isOwnGlobal(name: string): boolean {
  const property = Object.getOwnPropertyDescriptor(globalThis, name);
  return property?.enumerable === true && !NODE_GLOBALS.has(name);
}

/** A variable's value; undefined for one that has none yet. */
function readVariable(
  scope: Readonly<Record<string, unknown>>,
  name: string,
): { readonly value: unknown } | undefined {
  try {
    return { value: scope[name] };
  } catch {
    return undefined;
  }
}

function isNamespace(value: unknown, name: string, { url }: Script): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (/^(?:__vite_ssr_import_|__vi_import_)\d+__$/.test(name)) return true;
  if (types.isProxy(value)) return false;
  if (Object.prototype.toString.call(value) === "[object Module]") return true;
  return (
    name.startsWith("import_") || Object.hasOwn(value, "__esModule") || loadedExports(url) === value
  );
}

/** The members of a variable that the code uses; undefined if it uses the variable as a whole. */
function membersUsed(code: string, name: string): readonly string[] | undefined {
  const members = new Set<string>();
  const use = new RegExp(
    `(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])(?:\\s*\\.\\s*([\\w$]+))?`,
    "g",
  );
  for (const [, member] of code.matchAll(use)) {
    if (member === undefined) return undefined;
    members.add(member);
  }
  return [...members];
}
