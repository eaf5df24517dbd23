import { basename } from "node:path";
import { inspect } from "node:util";

/** Details that every {@link SwathError} may carry. */
export interface SwathErrorOptions {
  /** What caused it; always kept. */
  readonly cause?: unknown;
}

/**
 * Base of every error that swath raises. `code` is stable and starts with `SWATH_`;
 * every number in the message is also a field of the subclass.
 *
 * Tell them apart with {@link isSwathError}, never with `instanceof`: an error may have
 * crossed a thread or come from another copy of the package.
 */
export abstract class SwathError extends Error {
  abstract readonly code: string;

  override get name(): string {
    return this.constructor.name;
  }
}

/**
 * Whether `value` is an error of swath, and one of `codes` where any are given.
 *
 * @example
 * try { await map(range(3), fn); } catch (e) { if (isSwathError(e, "SWATH_TASK_FAILED")) retry(); }
 */
export function isSwathError<C extends string>(
  value: unknown,
  ...codes: readonly C[]
): value is SwathError & { readonly code: C } {
  if (!(typeof value === "object" && value !== null && "code" in value)) return false;
  const { code } = value;
  if (typeof code !== "string" || !code.startsWith("SWATH_")) return false;
  return codes.length === 0 || (codes as readonly string[]).includes(code);
}

/** A value given to a public function is not what that function takes. */
export class InvalidOptionError extends SwathError {
  readonly code = "SWATH_INVALID_OPTION";
  /** Name of the option or argument. */
  readonly option: string;
  /** What was given. */
  readonly received: unknown;

  constructor(option: string, expected: string, received: unknown, hint = "") {
    super(`Expected \`${option}\` to be ${expected}, got ${describeValue(received)}${hint}`);
    this.option = option;
    this.received = received;
  }
}

/** Where and with what a task was running when it failed. */
export interface TaskFailure {
  readonly task: string;
  /** Index of the item in the source; -1 where no item was being worked on. */
  readonly itemIndex: number;
  /** A short text of the item, at most 80 characters; empty where there is none. */
  readonly preview: string;
  readonly worker: number;
  readonly attempt: number;
}

/** The user's function threw, or what it returned could not be used. */
export class TaskFailedError extends SwathError implements TaskFailure {
  readonly code = "SWATH_TASK_FAILED";
  readonly task: string;
  readonly itemIndex: number;
  readonly preview: string;
  readonly worker: number;
  readonly attempt: number;

  constructor(failure: TaskFailure, options: SwathErrorOptions = {}) {
    super(taskFailedText(failure, options.cause), options);
    this.task = failure.task;
    this.itemIndex = failure.itemIndex;
    this.preview = failure.preview;
    this.worker = failure.worker;
    this.attempt = failure.attempt;
  }
}

function taskFailedText(failure: TaskFailure, cause: unknown): string {
  const item = failure.itemIndex < 0 ? "before its first item" : `on item ${failure.itemIndex}`;
  const preview = failure.preview === "" ? "" : ` ${failure.preview}`;
  return `Task \`${failure.task}\` failed ${item}${preview} (worker ${failure.worker}, attempt ${failure.attempt}): ${messageOf(cause)}`;
}

/** A worker thread ended while it held work, too often for the work to be handed out again. */
export class WorkerDiedError extends SwathError {
  readonly code = "SWATH_WORKER_DIED";
  readonly worker: number;
  /** First item of the chunk that was lost; -1 where the worker never got one. */
  readonly start: number;
  /** One past the last item of the chunk that was lost; -1 where the worker never got one. */
  readonly end: number;
  /** How many workers that chunk has lost. */
  readonly losses: number;

  constructor(
    where: { worker: number; start: number; end: number; losses: number },
    reason: string,
    options: SwathErrorOptions = {},
  ) {
    const during =
      where.start < 0
        ? "before it could start"
        : `while running items ${where.start}–${where.end - 1} (loss ${where.losses} of that chunk)`;
    super(`Worker ${where.worker} ended ${during}: ${reason}`, options);
    this.worker = where.worker;
    this.start = where.start;
    this.end = where.end;
    this.losses = where.losses;
  }
}

/** A value cannot travel to a worker, or a result back from one. */
export class NotSendableError extends SwathError {
  readonly code = "SWATH_NOT_SENDABLE";
}

/** Where a function was written. */
export interface AuthorPlace {
  /** Path, or URL where it is no file. */
  readonly file: string;
  /** Counts from 1; 0 where it is not known. */
  readonly line: number;
}

/** What a function captured cannot be sent to a worker. */
export class CaptureRefusedError extends SwathError implements AuthorPlace {
  readonly code = "SWATH_CAPTURE_REFUSED";
  /** What was captured, with the path inside of it: "db", "handlers.parse", "this". */
  readonly variable: string;
  readonly file: string;
  readonly line: number;

  /**
   * @param sentence what was to be sent and what it captured: "Cannot send `f`: it captured `db`"
   * @param reason why that cannot be sent
   * @param way what to do instead
   */
  constructor(
    variable: string,
    sentence: string,
    reason: string,
    { file, line }: AuthorPlace,
    way: string,
    options: SwathErrorOptions = {},
  ) {
    super(`${sentence} (${reason}, ${basename(file)}:${line}). ${way}`, options);
    this.variable = variable;
    this.file = file;
    this.line = line;
  }
}

/** A function cannot be found again inside a worker. */
export class TaskNotFoundError extends SwathError {
  readonly code = "SWATH_TASK_NOT_FOUND";
}

/** A job was started by a module while a worker was loading that module. */
export class NestedJobError extends SwathError {
  readonly code = "SWATH_NESTED_JOB";
}

/** The thing that is looped over threw while it was asked for items. */
export class SourceFailedError extends SwathError {
  readonly code = "SWATH_SOURCE_FAILED";
  /** Index of the first item that could not be had. */
  readonly itemIndex: number;

  constructor(source: string, itemIndex: number, options: SwathErrorOptions) {
    super(`The ${source} failed at item ${itemIndex}: ${messageOf(options.cause)}`, options);
    this.itemIndex = itemIndex;
  }
}

/** The results of a job were asked for a second time in another way. */
export class JobConsumedError extends SwathError {
  readonly code = "SWATH_JOB_CONSUMED";
}

/** The pool was closed while or before the job ran. */
export class PoolClosedError extends SwathError {
  readonly code = "SWATH_POOL_CLOSED";
}

/** A state machine was given an event that its state does not allow: a defect of swath. */
export class InvalidTransitionError extends SwathError {
  readonly code = "SWATH_INVALID_TRANSITION";
}

/** The message of anything that was thrown, fit to stand inside of a sentence. */
export function messageOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) {
    const { message } = error;
    if (typeof message === "string") return message.replace(/\.$/, "");
  }
  return String(error);
}

/** A value with its type, short enough for an error message: "`-1` (number)". */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return `\`${value}\``;
  const type = typeof value === "object" ? value.constructor?.name || "object" : typeof value;
  return `\`${previewOf(value, 60)}\` (${type})`;
}

/** A short text of a value; never throws and never longer than `limit` characters. */
export function previewOf(value: unknown, limit = 80): string {
  const text = safeText(value, limit);
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

function safeText(value: unknown, limit: number): string {
  try {
    if (typeof value === "string") return JSON.stringify(value.slice(0, limit));
    if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} B)`;
    if (typeof value !== "object" || value === null) return String(value);
    return inspect(value, PREVIEW);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** Shows the start of large values only, and runs none of their code. */
const PREVIEW = {
  depth: 2,
  maxArrayLength: 10,
  maxStringLength: 80,
  breakLength: Infinity,
  compact: true,
  customInspect: false,
} as const;
