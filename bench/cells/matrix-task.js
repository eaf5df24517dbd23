// The matrix that every cell of the suite makes for itself, and what it computes of each element.

/** Steps of the calculation: about 30 ns an element. */
const STEPS = 8;

/** A number in [0, 1) for element `i`, the same in every language. */
export function randomAt(i) {
  let h = Math.imul(i, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return ((h ^ (h >>> 13)) >>> 0) / 4294967296;
}

export function fillRandom(data) {
  for (let i = 0; i < data.length; i++) data[i] = randomAt(i);
}

/** Made up, with a branch that nobody can foresee. Only operations that round alike everywhere. */
export function made(x) {
  let y = x;
  for (let k = 0; k < STEPS; k++) y = y < 0.5 ? Math.sqrt(y + 0.1) : 3.9 * y * (1 - y);
  return y;
}

/** What a row becomes, element by element. */
export function computeRow(from, to) {
  for (let i = 0; i < from.length; i++) to[i] = made(from[i]);
}

/** The sum of all elements, from the first to the last. */
export function sumOf(data) {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return sum;
}
