import { describe, expect, test } from "vitest";
import { StreamBudget } from "../src/stream-budget.ts";

const text = (bytes: number) => "x".repeat(bytes);
const rows = (...values: unknown[]) => values;

/** One that has seen a result of no weight. */
function opened(unit = 1): StreamBudget {
  const budget = new StreamBudget(unit);
  budget.sawResults(rows(1));
  return budget;
}

describe("chunks of a stream", () => {
  test("begin with one index, whatever the items, until a result has come", () => {
    const budget = new StreamBudget(1);
    expect(budget.most).toBe(1);
    expect(budget.sawItems([1, 2])).toBe(false);
    expect(budget.most).toBe(1);
    expect(budget.sawResults(rows(1, 2, 3))).toBe(true);
    expect(budget.most).toBe(16_384);
    expect(budget.sawResults(rows(1, 2, 3))).toBe(false);
  });

  test("without results may be long at once", () => {
    const budget = new StreamBudget(1);
    budget.sawResults(rows());
    expect(budget.most).toBe(16_384);
  });

  test("hold 4 MiB of items and results together", () => {
    const budget = opened();
    budget.sawItems([text(2 ** 20)]);
    expect(budget.most).toBe(3);
    budget.sawResults(rows(text(2 ** 20)));
    expect(budget.most).toBe(2);
    budget.sawItems([text(2 ** 24)]);
    expect(budget.most).toBe(1);
  });

  test("get longer bit by bit when what comes is smaller", () => {
    const budget = new StreamBudget(1);
    budget.sawResults(rows(text(2 ** 20)));
    const lengths = [budget.most];
    for (let i = 0; i < 4; i++) {
      budget.sawResults(rows(1));
      lengths.push(budget.most);
    }
    expect(lengths).toEqual([4, 5, 7, 9, 12]);
  });

  test("of a fold count blocks", () => {
    const budget = opened(1_000);
    budget.sawItems([1]);
    expect(budget.most).toBe(17);
    budget.sawItems([text(4_096)]);
    expect(budget.most).toBe(1);
  });

  test("weigh columns and JSON by what came", () => {
    const column = new Float64Array(1_024);
    const columns = { kind: "columns", shape: "", count: 1, columns: [column] } as const;
    const json = { kind: "json", text: text(8_192), count: 1 } as const;
    for (const part of [columns, json]) {
      const budget = new StreamBudget(1);
      budget.sawResults({ length: 1, slice: () => [], parts: [part] });
      expect(budget.most).toBe(512);
    }
  });

  test("stay as they are where an item will not be looked at", () => {
    const budget = opened();
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    expect(budget.sawItems([proxy])).toBe(false);
    expect(budget.most).toBe(16_384);
  });
});
