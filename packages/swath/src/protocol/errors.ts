import { messageOf } from "../errors.ts";
import { plainCopy } from "./plain-copy.ts";
import { ownStack } from "./stacks.ts";

/** An error as plain data: structured clone would drop class, code and own fields. */
export interface EncodedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | number | undefined;
  /** Own fields that are plain data. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause: EncodedError | undefined;
  /** Those of an AggregateError. */
  readonly errors: readonly EncodedError[] | undefined;
}

/** Longest chain of causes that is kept. */
const MAX_CAUSES = 8;
/** Errors of an AggregateError that are kept. */
const MAX_ERRORS = 100;
/** Errors that are kept in all, those of causes' causes too: some refer to themselves. */
const MAX_IN_ALL = 400;

/** Makes an error, or anything else that was thrown, fit to cross a thread. Never throws. */
export function encodeError(error: unknown): EncodedError {
  return encode(error, 0, { left: MAX_IN_ALL });
}

function encode(error: unknown, depth: number, budget: { left: number }): EncodedError {
  budget.left--;
  const read = (key: string): unknown => {
    try {
      return (error as Record<string, unknown>)?.[key];
    } catch {
      return undefined;
    }
  };
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const code = read("code");
  const cause = read("cause");
  const errors = read("errors");
  const isDeep = depth >= MAX_CAUSES || budget.left <= 0;
  return {
    name: text(read("name")) ?? "Error",
    message: safeMessage(error),
    stack: text(read("stack")),
    code: typeof code === "string" || typeof code === "number" ? code : undefined,
    fields: plainFields(error),
    cause: cause === undefined || isDeep ? undefined : encode(cause, depth + 1, budget),
    errors: Array.isArray(errors) && !isDeep ? encodeAll(errors, depth + 1, budget) : undefined,
  };
}

function encodeAll(errors: readonly unknown[], depth: number, budget: { left: number }) {
  const kept = errors.slice(0, MAX_ERRORS);
  return kept.flatMap((error) => (budget.left > 0 ? [encode(error, depth, budget)] : []));
}

/** Classes that every thread has: an error of one of them is one again on the other side. */
const LANGUAGE_ERRORS: Readonly<Record<string, ErrorConstructor | undefined>> = {
  __proto__: null as never,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** The error as it was in the worker, as near as this thread can have it. */
export function decodeError(encoded: EncodedError): Error {
  const cause = encoded.cause === undefined ? undefined : decodeError(encoded.cause);
  const ErrorClass = LANGUAGE_ERRORS[encoded.name] ?? Error;
  const error = new ErrorClass(encoded.message, cause === undefined ? undefined : { cause });
  const define = (key: string, value: unknown) =>
    Object.defineProperty(error, key, { value, configurable: true, writable: true });
  if (error.name !== encoded.name) define("name", encoded.name);
  if (encoded.stack !== undefined) define("stack", ownStack(encoded.stack));
  if (encoded.code !== undefined) define("code", encoded.code);
  if (encoded.errors !== undefined) define("errors", encoded.errors.map(decodeError));
  return Object.assign(error, encoded.fields);
}

function safeMessage(error: unknown): string {
  try {
    return messageOf(error);
  } catch {
    return "(an error whose message cannot be read)";
  }
}

/** Told apart from an error's details, which may have any other name. */
const OWN_KEYS = new Set(["name", "message", "stack", "code", "cause", "errors"]);

function plainFields(error: unknown): EncodedError["fields"] {
  const fields: Record<string, unknown> = {};
  for (const key of keysOf(error)) {
    if (OWN_KEYS.has(key)) continue;
    try {
      const copy = plainCopy((error as Record<string, unknown>)[key]);
      if (copy !== undefined) fields[key] = copy;
    } catch {}
  }
  return fields;
}

/** A revoked proxy cannot even be asked for its keys. */
function keysOf(error: unknown): readonly string[] {
  if (typeof error !== "object" || error === null) return [];
  try {
    return Object.keys(error);
  } catch {
    return [];
  }
}
