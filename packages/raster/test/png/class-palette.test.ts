import { describe, expect, it } from "vitest";
import { classPalette } from "../../src/png/class-palette.ts";

/** Relative luminance of WCAG 2, 0 to 1. */
function luminance(rgb: number): number {
  const [red = 0, green = 0, blue = 0] = [rgb >>> 16, (rgb >>> 8) & 255, rgb & 255].map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Brettel-like reduction: without the red or green cone, both look alike; keep the mean. */
function withoutRedGreen(rgb: number): readonly number[] {
  const yellow = ((rgb >>> 16) + 2 * ((rgb >>> 8) & 255)) / 3;
  return [yellow, rgb & 255];
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, i) => value - (b[i] as number)));
}

describe("classPalette", () => {
  it("darkens from class to class, whatever their number", () => {
    for (let count = 3; count <= 40; count++) {
      const [, ...scale] = classPalette(count).colors;
      const light = scale.map(luminance);
      expect(light, `${count} classes`).toEqual(light.toSorted((a, b) => b - a));
      expect(new Set(scale).size).toBe(count - 1);
    }
  });

  it("keeps few classes apart without red-green vision", () => {
    const seen = [...classPalette(6).colors].map(withoutRedGreen);
    seen.forEach((color, i) => {
      for (const other of seen.slice(i + 1)) expect(distance(color, other)).toBeGreaterThan(20);
    });
  });

  it("makes nodata transparent, wherever it is", () => {
    for (const nodata of [0, 3, 255]) {
      const { colors, alpha } = classPalette(6, { nodata });
      expect(alpha).toHaveLength(colors.length);
      expect([...alpha].flatMap((value, i) => (value === 0 ? [i] : []))).toEqual([nodata]);
    }
    expect(classPalette(6, { nodata: 255 }).colors).toHaveLength(256);
    expect(classPalette(6).alpha.every((value) => value === 255)).toBe(true);
  });

  it("takes 1 to 256 classes", () => {
    expect(classPalette(1).colors).toHaveLength(1);
    expect(classPalette(2).colors).toHaveLength(2);
    expect(classPalette(256).colors).toHaveLength(256);
    expect(() => classPalette(0)).toThrow("classCount");
    expect(() => classPalette(257)).toThrow("classCount");
    expect(() => classPalette(5, { nodata: 256 })).toThrow("nodata");
  });
});
