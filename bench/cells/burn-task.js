import { task } from "swath";
import { burn } from "../burn.js";

/** An item of a chosen length, in iterations of about 1 ns. */
export const burnItem = task(import.meta, function burnItem(iterations) {
  return burn(iterations);
});
