/**
 * The files of one pass, by index: in their order, or shuffled. The same seed and epoch give the
 * same order on every machine, for any number of workers.
 *
 * @see R. Durstenfeld, Algorithm 235, CACM 7 (1964)
 */
export function orderOf(count: number, seed: number | undefined, epoch: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  if (seed === undefined) return order;
  const random = randomWords((seed ^ Math.imul(epoch, 0x9e37_79b9)) >>> 0);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((random() / 2 ** 32) * (i + 1));
    const other = order[j] as number;
    order[j] = order[i] as number;
    order[i] = other;
  }
  return order;
}

/** 32-bit words. @see "mulberry32" by Tommy Ettinger, public domain */
function randomWords(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  };
}
