import { describe, expect, test } from "vitest";
import { sampleGeoreference } from "../../src/sample/sample-georeference.ts";
import { sampleSpec } from "../../src/sample/sample-spec.ts";

describe("sampleGeoreference", () => {
  test("has pixels of 100 m in Australian Albers at full size", () => {
    expect(sampleGeoreference(sampleSpec())).toMatchObject({
      transform: [-1_888_000, 100, 0, -1_010_000, 0, -100],
      epsg: 3_577,
      rasterType: "area",
    });
  });

  test("covers the same ground at every size", () => {
    const spec = sampleSpec({ width: 17, height: 5 });
    const [west, across, , north, , down] = sampleGeoreference(spec).transform!;
    expect(west + 17 * across).toBeCloseTo(2_122_000, 6);
    expect(north + 5 * down).toBeCloseTo(-4_847_000, 6);
  });

  test("states the transform and the code in its tags, too", () => {
    const { transform, tags } = sampleGeoreference(sampleSpec({ scale: 0.3 }));
    const values = (tag: number) => tags.find((each) => each.tag === tag)?.values;
    expect(values(33_550)).toEqual([transform![1], -transform![5], 0]);
    expect(values(33_922)).toEqual([0, 0, 0, transform![0], transform![3], 0]);
    const keys = values(34_735) as number[];
    expect(keys).toHaveLength(4 + 4 * keys[3]!);
    expect(keys.slice(keys.indexOf(3_072), keys.indexOf(3_072) + 4)).toEqual([3_072, 0, 1, 3_577]);
  });
});
