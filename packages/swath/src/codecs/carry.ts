import { types } from "node:util";
import { type MessagePort, receiveMessageOnPort, type Transferable } from "node:worker_threads";
import { type SharedView, sharedViewOf } from "../protocol/shared-view.ts";
import { arrayOfView } from "../shared/shared-array.ts";

/** Key of a shared array's view, in its place in a message. */
const ARRAY = "swath.shared-array/1";
/** Key of a message in which there are such. */
const CARRIED = "swath.carried/1";

/**
 * Posts a message. Shared arrays in it, at any depth of plain objects, arrays, maps and sets,
 * arrive as such: structured clone refuses them aloud, so that only a message that holds some is
 * ever looked through.
 *
 * @throws DataCloneError for anything else that cannot be cloned; then nothing has been moved
 */
export function postCarried(
  port: MessagePort,
  message: unknown,
  moves: readonly Transferable[] = [],
): void {
  try {
    port.postMessage(message, moves as Transferable[]);
  } catch (cause) {
    const carried = carryArrays(message);
    if (carried === undefined) throw cause;
    port.postMessage({ [CARRIED]: carried.value }, moves as Transferable[]);
  }
}

/** Takes the next message off a port, as {@link postCarried} has sent it. */
export function receiveCarried(port: MessagePort): { readonly message: unknown } | undefined {
  const received = receiveMessageOnPort(port) as { readonly message: unknown } | undefined;
  const { message } = received ?? {};
  if (typeof message !== "object" || message === null || !(CARRIED in message)) return received;
  return { message: new Unpacking().value(message[CARRIED]) };
}

/**
 * A copy of plain data in which views stand for shared arrays; undefined if there are none in it.
 * What is not plain stays as it is. Never throws.
 */
export function carryArrays(value: unknown): { readonly value: unknown } | undefined {
  const packing = new Packing();
  try {
    const copy = packing.value(value);
    return packing.count === 0 ? undefined : { value: copy };
  } catch {
    // A getter that throws: structured clone has said so.
    return undefined;
  }
}

class Packing {
  count = 0;
  readonly #copies = new Map<object, unknown>();

  value(value: unknown): unknown {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    const view = types.isProxy(value) ? undefined : sharedViewOf(value);
    if (view !== undefined) {
      this.count++;
      return this.#keep(value, { [ARRAY]: view });
    }
    if (Array.isArray(value)) return this.#fill(value, this.#keep(value, new Array(value.length)));
    if (types.isMap(value)) {
      const copy = this.#keep(value, new Map());
      for (const [key, member] of value) copy.set(this.value(key), this.value(member));
      return copy;
    }
    if (types.isSet(value)) {
      const copy = this.#keep(value, new Set());
      for (const member of value) copy.add(this.value(member));
      return copy;
    }
    return isPlain(value) ? this.#fill(value, this.#keep(value, {})) : value;
  }

  #keep<T>(value: object, copy: T): T {
    this.#copies.set(value, copy);
    return copy;
  }

  #fill(from: object, to: object): object {
    for (const key of Object.keys(from)) {
      define(to, key, this.value((from as Record<string, unknown>)[key]));
    }
    return to;
  }
}

class Unpacking {
  readonly #made = new Map<object, unknown>();

  value(value: unknown): unknown {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    if (this.#made.has(value)) return this.#made.get(value);
    const view = Object.hasOwn(value, ARRAY)
      ? (value as { [ARRAY]: SharedView })[ARRAY]
      : undefined;
    const made = view === undefined ? value : arrayOfView(view);
    this.#made.set(value, made);
    if (made === value) this.#members(value);
    return made;
  }

  /** In place: the message is ours. */
  #members(value: object): void {
    if (types.isMap(value)) {
      const entries = [...value];
      value.clear();
      for (const [key, member] of entries) value.set(this.value(key), this.value(member));
    } else if (types.isSet(value)) {
      const members = [...value];
      value.clear();
      for (const member of members) value.add(this.value(member));
    } else if (Array.isArray(value) || isPlain(value)) {
      for (const key of Object.keys(value)) {
        const member = (value as Record<string, unknown>)[key];
        const made = this.value(member);
        if (made !== member) define(value, key, made);
      }
    }
  }
}

function isPlain(value: object): boolean {
  if (types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Also for a key such as `__proto__`. */
function define(object: object, key: string, value: unknown): void {
  const property = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(object, key, property);
}
