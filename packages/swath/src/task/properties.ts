import type { FunctionForm } from "../protocol/parcel.ts";
import { type Found, isGeneratorFunction } from "./found.ts";
import { refuseCapture } from "./trail.ts";

/**
 * What a function has beside its text: properties that were given to it, and a class's static
 * ones as they are now.
 *
 * @throws CaptureRefusedError if methods were added where the text does not say so
 */
export function addedProperties(
  found: Found,
  form: FunctionForm,
): readonly (readonly [string, unknown])[] {
  assertNoMethods(found, form);
  const { fn, text } = found;
  const added: (readonly [string, unknown])[] = [];
  for (const key of Reflect.ownKeys(fn)) {
    if (typeof key === "symbol" || STANDARD.has(key)) continue;
    const { value, get, set } = Object.getOwnPropertyDescriptor(fn, key) as PropertyDescriptor;
    const isAccessor = get !== undefined || set !== undefined;
    const isCode = isAccessor || typeof value === "function";
    if (form === "class" && isCode && text.includes(key)) continue;
    if (isAccessor) refuseAdded(found, `${found.owner.name}.${key}`);
    added.push([key, value]);
  }
  return added;
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
  const { fn, text, owner } = found;
  const { prototype } = fn as { readonly prototype?: unknown };
  if (typeof prototype !== "object" || prototype === null || isGeneratorFunction(fn)) return;
  const added = Object.getOwnPropertyNames(prototype).find(
    (key) => key !== "constructor" && !(form === "class" && text.includes(key)),
  );
  if (added !== undefined) refuseAdded(found, `${owner.name}.prototype.${added}`);
}

function refuseAdded({ owner }: Found, variable: string): never {
  const deed = `has \`${variable.slice(owner.name.length + 1)}\`, which was added to it`;
  const way = "Write it into a class, or pass it as a value of its own";
  return refuseCapture(owner, variable, deed, "it is not in its text", way);
}
