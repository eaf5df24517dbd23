import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { coastDistance, shoreNear } from "../../src/sample/coast-distance.ts";

const x = fc.integer({ min: 0, max: 4_010 });
const y = fc.integer({ min: 0, max: 3_837 });
const everywhere = (east: number, south: number) =>
  coastDistance(shoreNear(south, 10_000), east, south);

describe("coastDistance", () => {
  test.each([
    ["Cape York", 3_070, 200, 1],
    ["the Gulf of Carpentaria", 2_700, 500, -1],
    ["Arnhem Land", 2_100, 450, 1],
    ["the red centre", 2_020, 1_650, 1],
    ["Western Australia's bulge", 100, 1_700, 1],
    ["the Great Australian Bight", 1_700, 2_700, -1],
    ["Victoria", 3_000, 3_050, 1],
    ["Bass Strait", 3_100, 3_420, -1],
    ["Tasmania", 3_120, 3_680, 1],
    ["the Tasman Sea", 3_900, 3_400, -1],
  ])("%s lies where it should", (_, east, south, side) => {
    expect(Math.sign(everywhere(east, south))).toBe(side);
  });

  test("changes by no more than the way that was gone", () => {
    fc.assert(
      fc.property(x, y, x, y, (x1, y1, x2, y2) => {
        const change = Math.abs(everywhere(x1, y1) - everywhere(x2, y2));
        expect(change).toBeLessThanOrEqual(Math.hypot(x1 - x2, y1 - y2) + 1e-6);
      }),
    );
  });

  test("needs only the near edges: exact within their reach, and far beyond it", () => {
    fc.assert(
      fc.property(x, y, (east, south) => {
        const all = everywhere(east, south);
        const near = coastDistance(shoreNear(south, 56), east, south);
        if (Math.abs(all) < 56) expect(near).toBe(all);
        else expect(Math.sign(near) * 56).toBe(Math.sign(all) * 56);
        if (Math.abs(all) >= 56) expect(Math.abs(near)).toBeGreaterThanOrEqual(56);
      }),
    );
  });
});
