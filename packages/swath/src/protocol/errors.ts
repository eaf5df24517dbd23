import { messageOf } from "../errors.ts";

/** An error as plain data: structured clone would drop class, code and own fields. */
export interface EncodedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | number | undefined;
  /** Own fields that are plain values. */
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly cause: EncodedError | undefined;
}

/** Longest chain of causes that is kept. */
const MAX_CAUSES = 8;

/** Makes an error, or anything else that was thrown, fit to cross a thread. Never throws. */
export function encodeError(error: unknown, depth = 0): EncodedError {
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
  return {
    name: text(read("name")) ?? "Error",
    message: safeMessage(error),
    stack: text(read("stack")),
    code: typeof code === "string" || typeof code === "number" ? code : undefined,
    fields: plainFields(error),
    cause: cause === undefined || depth >= MAX_CAUSES ? undefined : encodeError(cause, depth + 1),
  };
}

/** The error as it was in the worker, as near as this thread can have it. */
export function decodeError(encoded: EncodedError): Error {
  const cause = encoded.cause === undefined ? undefined : decodeError(encoded.cause);
  const error = new Error(encoded.message, cause === undefined ? undefined : { cause });
  const define = (key: string, value: unknown) =>
    Object.defineProperty(error, key, { value, configurable: true, writable: true });
  define("name", encoded.name);
  if (encoded.stack !== undefined) define("stack", encoded.stack);
  if (encoded.code !== undefined) define("code", encoded.code);
  return Object.assign(error, encoded.fields);
}

function safeMessage(error: unknown): string {
  try {
    return messageOf(error);
  } catch {
    return "(an error whose message cannot be read)";
  }
}

function plainFields(error: unknown): EncodedError["fields"] {
  const fields: Record<string, string | number | boolean | null> = {};
  for (const key of keysOf(error)) {
    if (key === "name" || key === "message" || key === "stack" || key === "code") continue;
    try {
      const value = (error as Record<string, unknown>)[key];
      const kind = typeof value;
      if (value === null || kind === "string" || kind === "number" || kind === "boolean") {
        fields[key] = value as string | number | boolean | null;
      }
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
