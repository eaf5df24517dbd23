/**
 * Words of the memory in which a worker says where it is. Other threads read it, and find there
 * what it said last when it is gone.
 */
export const BEAT = {
  /** The item that runs; -1 while none does. */
  item: 0,
  /** An index, and how often that has failed. */
  tried: 1,
  failures: 2,
  /** The index up to which `chunk` is done and safe. */
  until: 3,
  /** Id of the chunk whose results are saved as they come; -1 while none are. */
  chunk: 4,
} as const;

/** Memory for the words of {@link BEAT}, seen by all threads. */
export function newBeat(): Float64Array {
  const words = Object.keys(BEAT).length;
  const beat = new Float64Array(new SharedArrayBuffer(words * Float64Array.BYTES_PER_ELEMENT));
  return clearBeat(beat);
}

/** Nothing runs, and nothing is known. */
export function clearBeat(beat: Float64Array): Float64Array {
  beat.fill(-1);
  beat[BEAT.failures] = 0;
  return beat;
}
