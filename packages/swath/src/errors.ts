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
  /**
   * What the worker was at: the import of the task's module and the opening of the source,
   * `init`, or an item.
   * @default "item"
   */
  readonly stage?: "load" | "init" | "item";
  /** A short text of the item, at most 80 characters; empty where there is none. */
  readonly preview: string;
  readonly worker: number;
  /** Which try of the item failed, from 1. */
  readonly attempt: number;
  /** How many tries it has in all: `retries` + 1. */
  readonly attempts: number;
}

/** An item could not be worked off: what {@link TaskFailure} says of it. */
abstract class ItemError extends SwathError implements TaskFailure {
  readonly task: string;
  readonly itemIndex: number;
  readonly stage: "load" | "init" | "item";
  readonly preview: string;
  readonly worker: number;
  readonly attempt: number;
  readonly attempts: number;

  constructor(message: string, failure: TaskFailure, options: SwathErrorOptions = {}) {
    super(message, options);
    this.task = failure.task;
    this.itemIndex = failure.itemIndex;
    this.stage = failure.stage ?? "item";
    this.preview = failure.preview;
    this.worker = failure.worker;
    this.attempt = failure.attempt;
    this.attempts = failure.attempts;
  }
}

/** The user's function threw, or what it returned could not be used. */
export class TaskFailedError extends ItemError {
  readonly code = "SWATH_TASK_FAILED";

  constructor(failure: TaskFailure, options: SwathErrorOptions = {}) {
    super(taskFailedText(failure, options.cause), failure, options);
  }
}

function taskFailedText(failure: TaskFailure, cause: unknown): string {
  const { task, stage, worker } = failure;
  if (stage === "init") {
    return `\`init\` of task \`${task}\` failed in worker ${worker}, before its first item: ${messageOf(cause)}`;
  }
  const where = failure.itemIndex < 0 ? "before its first item" : `on ${itemText(failure)}`;
  return `Task \`${task}\` failed ${where} (${tryText(failure)}): ${messageOf(cause)}`;
}

function itemText({ itemIndex, preview }: { itemIndex: number; preview: string }): string {
  if (preview === "" || preview === String(itemIndex)) return `item ${itemIndex}`;
  const isQuoted = preview.startsWith('"') || preview.startsWith("{") || preview.startsWith("[");
  return `item ${itemIndex} ${isQuoted ? preview : `(${preview})`}`;
}

function tryText({ worker, attempt, attempts }: TaskFailure): string {
  return `worker ${worker}, attempt ${attempt}${attempts > 1 ? ` of ${attempts}` : ""}`;
}

/** An item took longer than the option `timeout` allows; the thread that ran it was ended. */
export class TaskTimeoutError extends ItemError {
  readonly code = "SWATH_TASK_TIMEOUT";
  /** The option, in milliseconds. */
  readonly timeout: number;

  constructor(failure: TaskFailure, timeout: number) {
    super(
      `Task \`${failure.task}\` did not finish ${itemText(failure)} within ${timeout} ms (${tryText(failure)}); ` +
        "its thread was ended",
      failure,
    );
    this.timeout = timeout;
  }
}

/** Items failed in a job that goes on after failures (`onError: "collect"`). */
export class TasksFailedError extends SwathError {
  readonly code = "SWATH_TASKS_FAILED";
  /** What the items failed with, each with its `itemIndex`; the first thousand. */
  readonly errors: readonly SwathError[];
  /** Items that failed. */
  readonly failed: number;

  constructor(errors: readonly SwathError[], failed: number) {
    const [first] = errors;
    const many = failed === 1 ? "1 item failed" : `${failed} items failed; the first`;
    const hint = "`settled()` gives the results of the others";
    super(`${many}: ${messageOf(first)}. All of them are in \`errors\`; ${hint}`);
    this.errors = errors;
    this.failed = failed;
  }
}

/** Where a worker was when it ended. */
export interface WorkerLoss {
  readonly worker: number;
  /** The item at which it was; -1 where that is not known. */
  readonly itemIndex: number;
  /** First item of the chunk that was lost; -1 where the worker never got one. */
  readonly start: number;
  /** One past the last item of the chunk that was lost; -1 where the worker never got one. */
  readonly end: number;
  /** A short text of that item; empty where there is none. */
  readonly preview: string;
  /** How many workers the chunk has lost. */
  readonly losses: number;
}

/** A worker thread ended while it held work, too often for the work to be handed out again. */
export class WorkerDiedError extends SwathError implements WorkerLoss {
  readonly code = "SWATH_WORKER_DIED";
  readonly worker: number;
  readonly itemIndex: number;
  readonly start: number;
  readonly end: number;
  readonly preview: string;
  readonly losses: number;

  constructor(loss: WorkerLoss, reason: string, options: SwathErrorOptions = {}) {
    super(`Worker ${loss.worker} ended ${lossText(loss)}: ${reason}`, options);
    this.worker = loss.worker;
    this.itemIndex = loss.itemIndex;
    this.start = loss.start;
    this.end = loss.end;
    this.preview = loss.preview;
    this.losses = loss.losses;
  }
}

function lossText({ itemIndex, start, end, preview, losses }: WorkerLoss): string {
  if (start < 0) return "before it could start";
  const item = itemIndex < 0 ? "" : itemText({ itemIndex, preview });
  if (end - start === 1)
    return `while running ${item} (the ${ordinal(losses)} worker that it took)`;
  const at = item === "" ? "" : `at ${item}, `;
  return `while running items ${start}–${end - 1} (${at}the ${ordinal(losses)} worker that they took)`;
}

function ordinal(n: number): string {
  return ["zeroth", "first", "second", "third"][n] ?? `${n}th`;
}

/** A value cannot travel to a worker, or a result back from one. */
export class NotSendableError extends SwathError {
  readonly code = "SWATH_NOT_SENDABLE";
  /** Index of the item that cannot be sent; -1 where it is no item. */
  readonly itemIndex: number;

  constructor(message: string, options: NotSendableErrorOptions = {}) {
    super(message, options);
    this.itemIndex = options.itemIndex ?? -1;
  }
}

/** Details of a {@link NotSendableError}. */
export interface NotSendableErrorOptions extends SwathErrorOptions {
  readonly itemIndex?: number | undefined;
}

/** Where a function was written. */
export interface AuthorPlace {
  /** Path, or URL where it is no file. */
  readonly file: string;
  /** Counts from 1; 0 where it is not known. */
  readonly line: number;
}

/** The last part of a path, or of a URL. */
function fileNameOf(file: string): string {
  return file.slice(1 + Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")));
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
    super(`${sentence} (${reason}, ${fileNameOf(file)}:${line}). ${way}`, options);
    this.variable = variable;
    this.file = file;
    this.line = line;
  }
}

/** A function cannot be found again inside a worker. */
export class TaskNotFoundError extends SwathError {
  readonly code = "SWATH_TASK_NOT_FOUND";
}

/** The module of a task did not finish loading in time. */
export class LoadTimeoutError extends SwathError {
  readonly code = "SWATH_LOAD_TIMEOUT";
  /** URL of the module. */
  readonly url: string;
  readonly worker: number;
  /** Milliseconds that it was given. */
  readonly loadTimeout: number;

  constructor(where: { url: string; worker: number; loadTimeout: number }) {
    super(
      `Worker ${where.worker} could not load ${where.url || "the task"} within ${where.loadTimeout} ms: ` +
        "a top-level `await` that never settles, or code at the top level that takes too long. " +
        "Put it into `init`, or give it time with `loadTimeout`",
    );
    this.url = where.url;
    this.worker = where.worker;
    this.loadTimeout = where.loadTimeout;
  }
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

/** A package that one thing needs, and nothing else does, is not installed. */
export class MissingPackageError extends SwathError {
  readonly code = "SWATH_MISSING_PACKAGE";
  /** Name of the package. */
  readonly package: string;

  /** @param what needs it */
  constructor(name: string, what: string, options: SwathErrorOptions) {
    super(
      `${what} needs the package \`${name}\`, which cannot be loaded: ${messageOf(options.cause)}. ` +
        `Get it with: npm install ${name}`,
      options,
    );
    this.package = name;
  }
}

/** The results of a job were asked for a second time in another way. */
export class JobConsumedError extends SwathError {
  readonly code = "SWATH_JOB_CONSUMED";
}

/** A job was told to record nothing (`report: false`), and is asked for its report. */
export class NotRecordedError extends SwathError {
  readonly code = "SWATH_NOT_RECORDED";
}

/** The pool was closed while or before the job ran. */
export class PoolClosedError extends SwathError {
  readonly code = "SWATH_POOL_CLOSED";
}

/** A journal belongs to another job than the one that was to go on with it. */
export class JournalMismatchError extends SwathError {
  readonly code = "SWATH_JOURNAL_MISMATCH";
  readonly path: string;
  /** What is different, one sentence each. */
  readonly changes: readonly string[];
  /** Whether `force` would use the journal's results all the same. */
  readonly isForceable: boolean;

  constructor(path: string, changes: readonly string[], isForceable: boolean) {
    const force = isForceable
      ? ", or, if its results are right all the same, use them with `force: true` (`--force`)"
      : "";
    super(
      `The journal ${path} was written by a job that differs from this one: ${changes.join("; ")}. ` +
        `Delete it to begin anew, or give another path${force}`,
    );
    this.path = path;
    this.changes = changes;
    this.isForceable = isForceable;
  }
}

/** A file is no journal, or something has changed it that was not swath. */
export class JournalDamagedError extends SwathError {
  readonly code = "SWATH_JOURNAL_DAMAGED";
  readonly path: string;
  /** The line at fault, from 1. */
  readonly line: number;

  constructor(path: string, line: number, what: string, options: SwathErrorOptions = {}) {
    const ways = "Delete it to begin anew, or give another path";
    super(`Cannot use the journal ${path}: line ${line} ${what}. ${ways}`, options);
    this.path = path;
    this.line = line;
  }
}

/** Another program, or another job of this one, writes the journal. */
export class JournalLockedError extends SwathError {
  readonly code = "SWATH_JOURNAL_LOCKED";
  readonly path: string;
  /** Process that holds it; undefined where that cannot be read. */
  readonly pid: number | undefined;

  constructor(
    path: string,
    lock: string,
    holder: { readonly pid?: number; readonly host?: string },
  ) {
    const { pid, host } = holder;
    const who =
      pid === undefined ? "" : ` by process ${pid}${host === undefined ? "" : ` on ${host}`}`;
    super(
      `The journal ${path} is in use${who}. Give each job a path of its own; ` +
        `if nothing uses it, delete ${lock}`,
    );
    this.path = path;
    this.pid = pid;
  }
}

/** A journal cannot be opened, or results cannot be written to it. */
export class JournalFailedError extends SwathError {
  readonly code = "SWATH_JOURNAL_FAILED";
  readonly path: string;

  constructor(path: string, what: string, options: SwathErrorOptions) {
    super(`Cannot ${what} the journal ${path}: ${messageOf(options.cause)}`, options);
    this.path = path;
  }
}

/** A job was stopped before its end; what ran was let end. */
export class InterruptedError extends SwathError {
  readonly code = "SWATH_INTERRUPTED";
  /** Items done. */
  readonly done: number;
  /** Number of items; undefined where it is not known. */
  readonly total: number | undefined;
  /** Where the results are that can be gone on from. */
  readonly journal: string | undefined;

  constructor(
    state: {
      readonly done: number;
      readonly total: number | undefined;
      readonly journal: string | undefined;
    },
    options: SwathErrorOptions = {},
  ) {
    const { done, total, journal } = state;
    const next =
      journal === undefined
        ? "Their results are not kept: give the job a `journal` to be able to go on"
        : `Their results are in ${journal}: start the same job with that \`journal\` to go on`;
    super(`The job was stopped after ${done} of ${total ?? "its"} items. ${next}`, options);
    this.done = done;
    this.total = total;
    this.journal = journal;
  }
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
    return inspect?.(value, PREVIEW) ?? Object.prototype.toString.call(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** Absent in a browser, where records are read and runs are replayed. */
const inspect = globalThis.process?.getBuiltinModule?.("node:util").inspect;

/** Shows the start of large values only, and runs none of their code. */
const PREVIEW = {
  depth: 2,
  maxArrayLength: 10,
  maxStringLength: 80,
  breakLength: Infinity,
  compact: true,
  customInspect: false,
} as const;
