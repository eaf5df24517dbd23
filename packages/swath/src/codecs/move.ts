let isKept = false;
let pending: ArrayBuffer[] = [];

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
  if (!isKept) return value;
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  const whole = buffer.byteLength === value.byteLength;
  if (whole && buffer instanceof ArrayBuffer) pending.push(buffer);
  return value;
}

/** From now on this thread is one that things leave. */
export function keepMoves(): void {
  isKept = true;
}

/** Takes the buffers marked since the last call: the transfer list of the next message. */
export function takeMoves(): ArrayBuffer[] {
  if (pending.length === 0) return pending;
  const moves = [...new Set(pending)].filter((buffer) => buffer.byteLength > 0);
  pending = [];
  return moves;
}
