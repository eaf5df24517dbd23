/**
 * Integer work that no compiler removes; about 1 ns per iteration.
 *
 * @param {number} iterations
 * @returns {number} depends on every iteration
 */
export function burn(iterations) {
  let state = iterations | 0;
  for (let i = 0; i < iterations; i++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return state;
}

/** How many iterations of {@link burn} take a microsecond here and now, once it is compiled. */
export function iterationsPerMicrosecond() {
  const count = 2e7;
  burn(count);
  const began = performance.now();
  const state = burn(count);
  const microseconds = (performance.now() - began) * 1000;
  return state === 0.5 ? 0 : count / microseconds;
}
