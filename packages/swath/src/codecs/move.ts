interface Moves {
  isKept: boolean;
  pending: ArrayBuffer[];
}

/** One for each thread: the worker's own code and the task's may hold two copies of this package. */
const KEY = Symbol.for("swath.moves/1");
const holder = globalThis as { [KEY]?: Moves };
holder[KEY] ??= { isKept: false, pending: [] };
const moves = holder[KEY];

/**
 * Marks a value to be moved, not copied, when it leaves a worker: give it to what a task
 * returns, at any depth. The worker's view of it is empty afterwards. Outside of a worker
 * nothing leaves the thread, and this does nothing.
 *
 * A view that does not cover its whole buffer (as Node's small `Buffer`s) is copied after all,
 * for others may be using the rest of the buffer. Shared memory is never moved.
 *
 * @example
 * export const blur = task(import.meta, (tile: Float32Array) => move(convolve(tile)));
 */
export function move<T extends ArrayBuffer | ArrayBufferView>(value: T): T {
  if (!moves.isKept) return value;
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  const whole = buffer.byteLength === value.byteLength;
  if (whole && buffer instanceof ArrayBuffer) moves.pending.push(buffer);
  return value;
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
