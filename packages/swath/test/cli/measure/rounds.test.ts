import { describe, expect, test } from "vitest";
import { orderOf, runRounds, speedupOf } from "../../../src/cli/measure/rounds.ts";
import { median, middleIndex, quantile } from "../../../src/cli/measure/statistics.ts";

describe("rounds", () => {
  test("the first cell goes first in each; each other one stands everywhere in turn", () => {
    const cells = ["serial", "a", "b", "c"];
    const orders = [0, 1, 2, 3].map((round) => orderOf(round, cells));
    expect(orders.map(([first]) => first)).toEqual(["serial", "serial", "serial", "serial"]);
    expect(new Set(orders.slice(0, 3).map(([, second]) => second)).size).toBeGreaterThan(1);
    for (const order of orders) expect(order.toSorted()).toEqual(cells.toSorted());
  });

  test("run every cell once a round, one after the other, and tell of each", async () => {
    const told: string[] = [];
    let running = 0;
    const cell = (id: string) => ({
      id,
      async run() {
        expect(running++).toBe(0);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        return { seconds: 1 };
      },
    });
    const { signal } = new AbortController();
    const onSample = (round: number, id: string) => void told.push(`${round} ${id}`);
    const samples = await runRounds([cell("a"), cell("b")], { rounds: 2, signal, onSample });
    expect(told).toEqual(["1 a", "1 b", "2 a", "2 b"]);
    expect(samples.get("b")).toEqual([{ seconds: 1 }, { seconds: 1 }]);
  });

  test("end with the reason of the signal", async () => {
    const controller = new AbortController();
    const stopping = {
      id: "a",
      async run() {
        controller.abort(new Error("enough"));
        return { seconds: 1 };
      },
    };
    const options = { rounds: 2, signal: controller.signal };
    await expect(runRounds([stopping], options)).rejects.toThrow("enough");
  });

  test("a speed-up is the median of the ratios within rounds", () => {
    const seconds = (...all: readonly number[]) => all.map((one) => ({ seconds: one }));
    // A disturbed round doubles both, and changes nothing.
    expect(speedupOf(seconds(2, 4, 2), seconds(1, 2, 1))).toBe(2);
    expect(speedupOf(seconds(2, 2, 2), seconds(1, 2, 4))).toBe(1);
  });
});

describe("statistics", () => {
  test("quantiles lie between neighbours, and there is none of nothing", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([])).toBeNaN();
  });

  test("the sample in the middle, the faster of two", () => {
    expect(middleIndex([3, 1, 2])).toBe(2);
    expect(middleIndex([3, 1])).toBe(1);
    expect(middleIndex([])).toBe(-1);
  });
});
