import type { FunctionForm } from "../protocol/parcel.ts";
import { type Found, isGeneratorFunction } from "./found.ts";
import { refuseCapture } from "./trail.ts";

/**
 * What a function has beside its text: properties that were given to it, and a class's static
 * ones as they are now.
 *
 * @throws CaptureRefusedError if methods were added or changed where the text does not say so
 */
export function addedProperties(
  found: Found,
  form: FunctionForm,
): readonly (readonly [string, unknown])[] {
  assertNoMethods(found, form);
  if (form !== "class") assertNoParent(found);
  const { fn } = found;
  const added: (readonly [string, unknown])[] = [];
  for (const key of Reflect.ownKeys(fn)) {
    if (typeof key === "string" && STANDARD.has(key)) continue;
    const property = Object.getOwnPropertyDescriptor(fn, key) as PropertyDescriptor;
    if (form === "class" && isWritten(found, key, property)) continue;
    if (typeof key === "symbol" || property.get !== undefined || property.set !== undefined) {
      refuseAdded(found, `${found.owner.name}${keyText(key)}`);
    }
    added.push([key, property.value]);
  }
  return added;
}

/**
 * The names that {@link addedProperties} would look at: `x` for a property, `prototype.x` for what
 * the prototype has. Those of a class's text are not among them, nor symbols.
 */
export function addedNames({ fn, text }: Found): readonly string[] {
  const { prototype } = fn as { readonly prototype?: unknown };
  const isClass = /^class\b/.test(text);
  const isAdded = (key: string | symbol): key is string =>
    typeof key === "string" && !STANDARD.has(key) && !(isClass && text.includes(key));
  const own = Reflect.ownKeys(fn).filter(isAdded);
  if (typeof prototype !== "object" || prototype === null) return own;
  const shared = Reflect.ownKeys(prototype).filter(isAdded);
  return [
    ...own,
    ...shared.filter((key) => key !== "constructor").map((key) => `prototype.${key}`),
  ];
}

/** What every function has. */
const STANDARD: ReadonlySet<string> = new Set([
  "length",
  "name",
  "prototype",
  "arguments",
  "caller",
]);

function assertNoMethods(found: Found, form: FunctionForm): void {
  const { fn, owner } = found;
  const { prototype } = fn as { readonly prototype?: unknown };
  if (typeof prototype !== "object" || prototype === null || isGeneratorFunction(fn)) return;
  for (const key of Reflect.ownKeys(prototype)) {
    const property = Object.getOwnPropertyDescriptor(prototype, key) as PropertyDescriptor;
    if (key === "constructor" || (form === "class" && isWritten(found, key, property))) continue;
    refuseAdded(found, `${owner.name}.prototype${keyText(key)}`);
  }
}

/** Inheritance as it was written before there were classes. */
function assertNoParent({ fn, owner }: Found): void {
  const { prototype } = fn as { readonly prototype?: unknown };
  const kind = Object.getPrototypeOf(fn) as { readonly constructor?: { readonly name?: unknown } };
  const isFunction = /^(?:Async)?(?:Generator)?Function$/.test(String(kind?.constructor?.name));
  const isOwn = isTop(prototype) || isTop(Object.getPrototypeOf(prototype ?? {}));
  if (isFunction && (isOwn || isGeneratorFunction(fn))) return;
  const way = "Write it as a class that `extends` the other";
  const deed = "inherits from another function";
  refuseCapture(owner, `${owner.name}.prototype`, deed, "its text does not say it", way);
}

/**
 * Whether a class's text gives it a property as it is now: a decorator or a patch may have put
 * another function in its place.
 */
function isWritten({ text }: Found, key: string | symbol, property: PropertyDescriptor): boolean {
  const { value, get, set } = property;
  const code: readonly unknown[] = [value, get, set].filter((one) => typeof one === "function");
  if (code.length === 0) return typeof key === "symbol" && /\bstatic\s*\[/.test(text);
  return code.every((one) => text.includes(String(one)));
}

/** Whether a value is the end of all chains of prototypes, in whichever realm. */
function isTop(prototype: unknown): boolean {
  return typeof prototype === "object" && prototype !== null && !Object.getPrototypeOf(prototype);
}

function keyText(key: string | symbol): string {
  return typeof key === "symbol" ? `[${String(key)}]` : `.${key}`;
}

function refuseAdded({ owner }: Found, variable: string): never {
  const deed = `has \`${variable.slice(owner.name.length).replace(/^\./, "")}\`, which was added or replaced`;
  const way = "Write it into a class, or pass it as a value of its own";
  return refuseCapture(owner, variable, deed, "it is not in its text", way);
}
