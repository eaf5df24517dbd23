/**
 * Fire risk of a pixel by its vegetation: 3 high, 2 medium, 1 low, 0 nothing that burns. A plain
 * function: it stands for logic per pixel that cannot be vectorised.
 */
export function risk(vegetation: number): number {
  if (vegetation <= 0 || Number.isNaN(vegetation)) return 0;
  if (vegetation > 400) return 3;
  if (vegetation > 150) return 2;
  return 1;
}

/** Classes that {@link risk} gives. */
export const RISK_CLASSES = 4;
