import { types } from "node:util";
import { InvalidOptionError } from "../errors.ts";

interface Moves {
  /** Whether this thread is a worker, which things leave at the end of each chunk. */
  isKept: boolean;
  pending: ArrayBuffer[];
  /** What may leave the caller's thread, when it is sent. */
  readonly marked: WeakSet<ArrayBuffer>;
  hasMarked: boolean;
}

/** One for each thread: the worker's own code and the task's may hold two copies of this package. */
const KEY = Symbol.for("swath.moves/2");
const holder = globalThis as { [KEY]?: Moves };
holder[KEY] ??= { isKept: false, pending: [], marked: new WeakSet(), hasMarked: false };
const moves = holder[KEY];

/**
 * Marks memory to be moved, not copied, when it leaves this thread: at any depth of what a task
 * returns, or of the items of a job. The view that is left behind is empty.
 *
 * An item is moved when it is first sent to a worker. It cannot be run again if that worker is
 * lost: it then fails with `SWATH_NOT_SENDABLE`. (`retries` run an item again where it is.) What
 * runs in the caller's thread (`workers: 0`, the beginning of `inline: "auto"`) is not moved.
 * `with` and captured values go to every worker, and to each that replaces one: they are copied;
 * put them on a `SharedArrayBuffer` instead.
 *
 * A view that does not cover its whole buffer (as Node's small `Buffer`s) is copied after all,
 * for others may be using the rest of the buffer. Shared memory is never moved.
 *
 * @example
 * export const blur = task(import.meta, (tile: Float32Array) => move(convolve(tile)));
 * const blurred = await map(tiles.map((tile) => move(tile)), blur); // `tiles` are empty now
 */
export function move<T extends ArrayBuffer | ArrayBufferView>(value: T): T {
  if (!ArrayBuffer.isView(value) && !types.isAnyArrayBuffer(value)) {
    throw new InvalidOptionError("value", "an ArrayBuffer or a view on one", value);
  }
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  const whole = buffer.byteLength === value.byteLength;
  if (!whole || !(buffer instanceof ArrayBuffer)) return value;
  if (moves.isKept) moves.pending.push(buffer);
  else {
    moves.marked.add(buffer);
    moves.hasMarked = true;
  }
  return value;
}

/** The marked memory in some values, at any depth: the transfer list of a message with them. */
export function markedIn(values: ArrayLike<unknown>): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  if (moves.hasMarked) search(values, found, new Set());
  // Node does not refuse to transfer what has gone before; the receiver would choke on it.
  return [...found].filter((buffer) => buffer.byteLength > 0);
}

function search(value: unknown, found: Set<ArrayBuffer>, seen: Set<object>): void {
  if (typeof value !== "object" || value === null) return;
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (buffer !== value || buffer instanceof ArrayBuffer) {
    if (moves.marked.has(buffer as ArrayBuffer)) found.add(buffer as ArrayBuffer);
    return;
  }
  if (seen.has(value)) return;
  seen.add(value);
  if (Array.isArray(value)) for (const child of value) search(child, found, seen);
  else if (value instanceof Map || value instanceof Set) {
    for (const child of [...value].flat()) search(child, found, seen);
  } else for (const child of Object.values(value)) search(child, found, seen);
}

/** From now on this thread is one that things leave. */
export function keepMoves(): void {
  moves.isKept = true;
}

/** Takes the buffers marked since the last call: the transfer list of the next message. */
export function takeMoves(): ArrayBuffer[] {
  const { pending } = moves;
  if (pending.length === 0) return pending;
  moves.pending = [];
  return [...new Set(pending)].filter((buffer) => buffer.byteLength > 0);
}
