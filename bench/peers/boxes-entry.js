// The worker of piscina: a thousand boxes a call.
import { makeBox } from "../cells/boxes-task.js";

export function makeBoxes([start, end]) {
  return Array.from({ length: end - start }, (_, i) => makeBox(start + i));
}
