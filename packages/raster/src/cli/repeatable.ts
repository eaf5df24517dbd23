/** Collects the values of a flag that may be given several times, in their order. */
export function repeatable(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
