import { task } from "swath";

/** The article's fire-risk classes: 0 none, 1 low, 2 medium, 3 high. */
export const classify = task(import.meta, function classify(v) {
  if (Number.isNaN(v) || v <= 0) return 0;
  if (v > 400) return 3;
  if (v > 150) return 2;
  return 1;
});
