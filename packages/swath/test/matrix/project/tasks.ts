import { task } from "swath";
import { classify } from "./work.ts";

const names = ["low", "middle", "high", "top"];

export const nameOf = task(import.meta, function nameOf(value: number): string {
  return names[classify(value)] ?? "none";
});
