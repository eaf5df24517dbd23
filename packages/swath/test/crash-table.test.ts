import { describe, expect, test } from "vitest";
import { spawnRow } from "./crash-table/spawn-row.mjs";
import { modesOf, TABLE } from "./crash-table/table.mjs";

describe.each(TABLE)("$title", (row) => {
  test.each(modesOf(row))(
    "is named, costs no other item a second run, and leaves a pool that works: %s",
    async (mode) => {
      const { problems } = await spawnRow(row, mode);
      expect(problems).toEqual([]);
    },
  );
});
