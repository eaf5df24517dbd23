import { task } from "swath";

/** The flagship's question, as a user writes it. Called per pixel; no data never reaches it. */
export const classify = task(import.meta, function classify(v) {
  if (v < 200) return 0;
  if (v < 300) return 1;
  if (v < 400) return 2;
  if (v < 500) return 3;
  return 4;
});
