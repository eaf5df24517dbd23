/**
 * How a job and its workers settle whether a worker still opens it. What a worker has opened it
 * disposes of, so the job waits for it; one that is only loading modules is not waited for. Each
 * side writes its own word before it reads the other's, so at least one of them sees.
 */
const GONE = 0;
/** From here on, a word for each worker. */
const OPENED = 1;

/** Words of a job that nobody has opened yet. */
export function newStanding(workers: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer((OPENED + workers) * Int32Array.BYTES_PER_ELEMENT));
}

/** Whether nobody waits for the job any more, which is then not worth loading. */
export function isGone(standing: Int32Array): boolean {
  return Atomics.load(standing, GONE) === 1;
}

/** Workers that come to the job from now on do not open it. */
export function markGone(standing: Int32Array): void {
  Atomics.store(standing, GONE, 1);
}

/** Says that a worker is about to open the job's source; false if it must not. */
export function mayOpen(standing: Int32Array, worker: number): boolean {
  Atomics.store(standing, OPENED + worker, 1);
  return !isGone(standing);
}

/** Whether a worker may have something to dispose of. To be asked after {@link markGone}. */
export function hasOpened(standing: Int32Array, worker: number): boolean {
  return Atomics.load(standing, OPENED + worker) === 1;
}

/** A new thread works under the worker's number. */
export function resetOpened(standing: Int32Array, worker: number): void {
  Atomics.store(standing, OPENED + worker, 0);
}
