import { types } from "node:util";
import { isSwathError } from "../errors.ts";
import type { Entry, FunctionPart, Parcel, Part } from "../protocol/parcel.ts";
import { type ExportReference, referenceOf } from "../protocol/reference.ts";
import { isSharedClass } from "../protocol/shared-view.ts";
import { builtinReference } from "./builtins.ts";
import { completionOf, withoutExtension } from "./completion.ts";
import {
  exportReference,
  type Fn,
  type Found,
  findFunction,
  isNative,
  isProgram,
  isStrictText,
} from "./found.ts";
import { type ImportBinding, importOf } from "./imports.ts";
import type { InspectorView, Script } from "./inspector.ts";
import { assertOwnName } from "./own-name.ts";
import { type Parts, ValuePacker } from "./pack-values.ts";
import { placeOf } from "./place.ts";
import { addedProperties } from "./properties.ts";
import { analyse, type Syntax } from "./syntax.ts";
import { type Owner, refuseCapture, Trail, WAYS } from "./trail.ts";
import {
  isNamespace,
  isOwnGlobal,
  isRequire,
  membersUsed,
  ownOfModule,
  readVariable,
} from "./variables.ts";

/**
 * Makes parcels of functions and of all that they captured, as it is at this moment. Functions
 * of one packer share its parts: what two of them captured is one thing in the worker, too.
 */
export class Packer implements Parts {
  readonly trail = new Trail();
  readonly #view: InspectorView;
  readonly #parts: Part[] = [];
  readonly #indices = new Map<object, number>();
  readonly #maps: Record<string, string> = {};
  readonly #values = new ValuePacker(this);
  #rootName = "";
  #root: Owner | undefined;

  constructor(view: InspectorView) {
    this.#view = view;
  }

  /**
   * @param rootName how messages call the function, if it has no name
   * @returns the parcel, whose root may be a reference that serves in its place
   * @throws CaptureRefusedError for what cannot be sent
   */
  packRoot(fn: Fn, rootName: string): { readonly parcel: Parcel; readonly place: string } {
    this.#rootName = rootName;
    this.#root = undefined;
    const root = this.packFunction(fn);
    const parcel = { parts: this.#parts, count: this.#parts.length, root, maps: this.#maps };
    return { parcel, place: this.#placeOfRoot() };
  }

  #placeOfRoot(): string {
    const place = this.#root?.placeOf("");
    if (place === undefined) return this.#rootName;
    return `${place.file.replace(/^.*[\\/]/, "")}:${place.line}`;
  }

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
    if (isSharedClass(fn)) return this.#add(fn, { kind: "shared", view: undefined });
    const found = findFunction(fn as Fn, this.#view, this.trail, this.#rootName);
    this.#root ??= found.owner;
    const exported = exportReference(found);
    if (exported === undefined) return this.#packText(found);
    if (!isProgram(found.script.url)) {
      return this.#packExport(found, exported);
    }
    // Importing the program would run it again: only if there is no other way.
    return this.#orElse(
      () => this.#packText(found),
      ({ message: refusal }) =>
        this.#add(fn, { kind: "reference", reference: { ...exported, refusal } }),
    );
  }

  #add(value: object | undefined, part: Part): number {
    const index = this.reserve(value);
    this.settle(index, part);
    return index;
  }

  /** By reference; what else it holds is of its modules, or of the program, which has no other way. */
  #packExport(found: Found, exported: ExportReference): number {
    const completion = completionOf(found, this.#view);
    if (completion === undefined)
      return this.#add(found.fn, { kind: "reference", reference: exported });
    const index = this.reserve(found.fn);
    const given = completion.members.flatMap((name) => this.#packGiven(found, name));
    this.settle(index, { kind: "reference", reference: { ...exported, completion }, given });
    return index;
  }

  /** Functions, and what cannot be sent, come from modules or not at all. */
  #packGiven({ fn, owner }: Found, name: string): readonly Entry[] {
    const value: unknown = Object.getOwnPropertyDescriptor(fn, name)?.value;
    if (value === undefined || typeof value === "function") return [];
    const pack = () => [[name, this.#values.pack(value)] as const];
    return this.trail.within(owner, `${owner.name}.${name}`, () => this.#orElse(pack, () => []));
  }

  /** What needs no inspector: tasks, and what Node and the language bring along. */
  #carriedReference(fn: object) {
    if (types.isProxy(fn)) this.trail.refuse("a Proxy", WAYS.init);
    const reference = referenceOf(fn);
    if (reference !== undefined && reference.kind !== "closure") return reference;
    return isNative(fn) ? builtinReference(fn) : undefined;
  }

  #packText(found: Found): number {
    const { fn, text, script, start, owner } = found;
    if (script.url.startsWith("node:")) {
      const builtin = builtinReference(fn);
      if (builtin !== undefined) return this.#add(fn, { kind: "reference", reference: builtin });
      return this.trail.refuse("a function of Node that it does not export", WAYS.plain);
    }
    const isRoot = owner.via === undefined;
    const isStrict = isStrictText(found);
    const syntax = this.#analyse(owner, text, isStrict, isRoot);
    assertOwnName(found, syntax.code);
    const index = this.reserve(fn);
    const needed = this.#heritage(found, syntax);
    const captures: Entry[] = [];
    for (const name of syntax.free) {
      const entry = this.#packCapture(found, syntax, name, needed);
      if (entry !== undefined) captures.push(entry);
    }
    const { url, sourceMapUrl } = script;
    if (url.startsWith("file:") && sourceMapUrl?.startsWith("data:"))
      this.#maps[url] = sourceMapUrl;
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
    return this.#refuseHeritage(owner);
  }

  #refuseHeritage(owner: Owner): never {
    const way = "Give the base class a name, or export the class from a module";
    const deed = "extends an expression";
    return refuseCapture(owner, owner.name, deed, "it would be computed again", way);
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
    if (name === syntax.heritage) {
      const base = Object.getPrototypeOf(fn) as unknown;
      return this.trail.within(owner, name, () => [name, this.#values.pack(base)] as const);
    }
    const scope = inspected.scopes.find((variables) => Object.hasOwn(variables, name));
    if (scope === undefined && name === needed && !(name in globalThis)) {
      this.#refuseHeritage(owner);
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
    if (binding !== undefined && this.#isCompletedByImport(script, binding, value)) {
      return this.#importPart(script, binding);
    }
    return this.#orElse(
      () => this.#values.pack(value),
      () => binding && this.#importPart(script, binding),
    );
  }

  /**
   * Whether a function comes from another module than the one that is imported: that one may
   * have given it properties, as packages do whose parts stand in several files.
   */
  #isCompletedByImport(script: Script, { specifier }: ImportBinding, value: unknown): boolean {
    if (typeof value !== "function" || !script.isModule || !script.url.startsWith("file:")) {
      return false;
    }
    if (types.isProxy(value) || referenceOf(value) !== undefined || isNative(value)) return false;
    const { location, isBound } = this.#view.inspect(value as Fn);
    const home = (!isBound && location && this.#view.script(location.scriptId)?.url) || "";
    if (!home.startsWith("file:") || isProgram(home)) return false;
    const imported = /^\.{0,2}\//.test(specifier) ? new URL(specifier, script.url).href : specifier;
    return withoutExtension(imported) !== withoutExtension(home) && !isProgram(imported);
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

  #packProperties(found: Found, { form }: Syntax): readonly Entry[] {
    const { owner } = found;
    return addedProperties(found, form).map(([key, value]) =>
      this.trail.within(owner, `${owner.name}.${key}`, () => [key, this.#values.pack(value)]),
    );
  }

  /** Runs `first`; if it refuses, takes back what it added, and runs `second`. */
  #orElse<T>(first: () => T, second: (refusal: Error) => T | undefined): T {
    const length = this.#parts.length;
    return this.trail.attempt(first, (refusal) => {
      if (!isSwathError(refusal, "SWATH_CAPTURE_REFUSED")) throw refusal;
      this.#parts.length = length;
      for (const [value, index] of this.#indices) {
        if (index >= length) this.#indices.delete(value);
      }
      const other = second(refusal);
      if (other === undefined) throw refusal;
      return other;
    });
  }
}
