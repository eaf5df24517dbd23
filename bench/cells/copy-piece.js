const STEP = 1 << 19;

/** Copies 4 MB from one array of float64 to another, for each item from elsewhere. */
export function copyPiece(item, from, to) {
  const at = (item * STEP) % (from.length - STEP);
  to.set(from.subarray(at, at + STEP), at);
}
