import type { Page } from "playwright-core";

/** A number that a page shows, and the place of the record that it names for it. */
export interface ShownFigure {
  readonly field: string;
  readonly value: number;
  readonly text: string;
}

export async function figuresOf(page: Page): Promise<readonly ShownFigure[]> {
  return page.evaluate<readonly ShownFigure[]>(`
    Array.from(document.querySelectorAll("data"), (e) => ({
      field: e.dataset.field, value: Number(e.value), text: e.textContent,
    }))`);
}

/** Columns are drawn, not written. */
const COLUMNS = new Set(["gc", "memory.samples"]);
const DRAWN = /^spans\.(?!count$|recorded$)/;
/** All numbers of a record by their places, `a.b.0.c`. */
export function numbersOf(record: object): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const open: (readonly [string, unknown])[] = Object.entries(record);
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const [path, value] = entry;
    if (COLUMNS.has(path) || DRAWN.test(path)) continue;
    if (typeof value === "number") numbers.set(path, value);
    else if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) open.push([`${path}.${key}`, inner]);
    }
  }
  return numbers;
}
