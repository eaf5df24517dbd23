/** Functions that the programs import, as a user's own module would hold them. */
import { basename } from "node:path";

const LIMITS = [3, 6, 9];

export function classify(value: number): number {
  const index = LIMITS.findIndex((limit) => value < limit);
  return index < 0 ? LIMITS.length : index;
}

export const half = (value: number): number => value / 2;

export async function slowly(value: number): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return basename(`a/b${value}`);
}
