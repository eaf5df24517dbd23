import { describe, expect, test } from "vitest";
import { spawnRow } from "./crash-table/spawn-row.mjs";
import { TABLE } from "./crash-table/table.mjs";

describe.each(TABLE)("$title", (row) => {
  test.each(["stop", "settled"] as const)(
    "is named, costs nothing else, and leaves a pool that works: %s",
    async (mode) => {
      const { problems } = await spawnRow(row, mode);
      expect(problems).toEqual([]);
    },
  );
});
