import { task } from "swath";

/** Fire risk of a pixel by its vegetation: 3 high, 2 medium, 1 low, 0 nothing that burns. */
export const risk = task(import.meta, function risk(vegetation: number): number {
  if (vegetation <= 0 || Number.isNaN(vegetation)) return 0;
  if (vegetation > 400) return 3;
  if (vegetation > 150) return 2;
  return 1;
});
