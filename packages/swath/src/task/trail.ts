import { type AuthorPlace, CaptureRefusedError, NotSendableError } from "../errors.ts";

/** How to send what cannot be sent as it is. */
export const WAYS = {
  init: "Create it in `init` instead and read it from `context.state`, or capture plain data made from it",
  plain: "Capture plain data or a declared function instead",
  share:
    "Make it shared (a `SharedArray`, or what `share` makes of it), or let each worker make or read it in `init`",
  result: "Return the value instead, or use `reduce`, or write into a `SharedArray`",
} as const;

/**
 * Steps into captured values, and functions through functions. Structured clone itself gives up
 * where its stack ends, somewhere between 1,000 and 2,000 steps.
 */
const MAX_DEPTH = 500;

/** A function on its way, for messages about what it captured. */
export interface Owner {
  readonly name: string;
  /** Through which captured functions it was reached; undefined for the task itself. */
  readonly via: Owner | undefined;
  /** Where a name stands first in its text. */
  placeOf(name: string): AuthorPlace;
}

/** Where in the captured values the packing is; refusals say it. */
export class Trail {
  readonly #owners: Owner[] = [];
  readonly #paths: (string | number)[][] = [];

  /** Runs `work` for what `owner` captured as `variable`. */
  within<T>(owner: Owner, variable: string, work: () => T): T {
    if (this.#owners.length >= MAX_DEPTH) {
      const reason = `it is reached through ${MAX_DEPTH} functions`;
      refuseCapture(owner, variable, `captured \`${variable}\``, reason, WAYS.plain);
    }
    this.#owners.push(owner);
    this.#paths.push([variable]);
    try {
      return work();
    } finally {
      this.#owners.pop();
      this.#paths.pop();
    }
  }

  /** Goes one step into a value; `leave` goes back. */
  enter(key: string | number): void {
    const path = this.#paths.at(-1);
    if (path === undefined) return;
    if (path.length > MAX_DEPTH) {
      path.length = 2;
      this.refuse(`data more than ${MAX_DEPTH} steps deep`, "Capture it as an array");
    }
    path.push(key);
  }

  leave(): void {
    this.#paths.at(-1)?.pop();
  }

  /** Runs `work`; if it throws, the trail stands again where it stood before. */
  attempt<T>(work: () => T, orElse: (error: unknown) => T): T {
    const path = this.#paths.at(-1);
    const length = path?.length ?? 0;
    try {
      return work();
    } catch (error) {
      if (path !== undefined) path.length = length;
      return orElse(error);
    }
  }

  /** The captured variable, with the path into it. */
  get text(): string {
    const [variable = "", ...keys] = this.#paths.at(-1) ?? [];
    return `${variable}${keys.map(keyText).join("")}`;
  }

  get variable(): string {
    return String(this.#paths.at(-1)?.[0] ?? "");
  }

  get owner(): Owner | undefined {
    return this.#owners.at(-1);
  }

  /** @throws CaptureRefusedError always: what the trail stands at cannot be sent */
  refuse(reason: string, way: string, cause?: unknown): never {
    const { owner } = this;
    if (owner === undefined)
      throw new NotSendableError(`Cannot send the task: it is ${reason}. ${way}`);
    refuseCapture(owner, this.text, `captured \`${this.text}\``, reason, way, cause);
  }
}

/** @throws CaptureRefusedError always */
export function refuseCapture(
  owner: Owner,
  variable: string,
  deed: string,
  reason: string,
  way: string,
  cause?: unknown,
): never {
  const root = /^[^.[]+/.exec(variable)?.[0] ?? variable;
  const sentence = `Cannot send ${sendingText(owner)} ${deed}`;
  const options = cause === undefined ? {} : { cause };
  throw new CaptureRefusedError(variable, sentence, reason, owner.placeOf(root), way, options);
}

/** "`score`: its `helper`", for what was reached through other functions. */
function sendingText(owner: Owner): string {
  let root = owner;
  while (root.via !== undefined) root = root.via;
  const sent = /[ `]/.test(root.name) ? root.name : `\`${root.name}\``;
  return root === owner ? `${sent}: it` : `${sent}: \`${owner.name}\`, which it captured,`;
}

function keyText(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key)}]`;
}
