import { describe, expect, test } from "vitest";
import { spawnRow } from "./crash-table/spawn-row.mjs";
import { TABLE } from "./crash-table/table.mjs";

const MODES = ["stop", "settled"] as const;

for (const row of TABLE) {
  const needs = row.needs === undefined ? "" : ` (needs ${row.needs})`;
  describe.skipIf(row.needs !== undefined)(`${row.title}${needs}`, () => {
    test.each(MODES)(
      "is named, costs nothing else, and leaves a pool that works: %s",
      async (mode) => {
        const { problems } = await spawnRow(row, mode);
        expect(problems).toEqual([]);
      },
    );
  });
}
