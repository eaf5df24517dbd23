import { move, task } from "swath";

/** Results of several kinds, each as cheap to make as it can be. */
export const number = task(import.meta, function number(i) {
  return i * 1.5;
});

export const object = task(import.meta, function object(i) {
  return { id: i, name: `row ${i}` };
});

export const moved = task(import.meta, function moved(i) {
  return move(new Float32Array(4_096).fill(i));
});

/** An object after 20 µs of work. */
export const worked = task(import.meta, function worked(i) {
  const end = performance.now() + 0.02;
  while (performance.now() < end);
  return { id: i, name: `row ${i}` };
});
