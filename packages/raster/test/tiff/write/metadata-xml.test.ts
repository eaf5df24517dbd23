import { describe, expect, it } from "vitest";
import { metadataXml } from "../../../src/tiff/write/metadata-xml.ts";

describe("metadataXml", () => {
  it("is empty for nothing", () => {
    expect(metadataXml([])).toBe("");
  });

  it("writes what GDAL writes", () => {
    const items = [
      { name: 'a&b<"c', value: "v" },
      { name: "K", value: "1 & 2", band: 0 },
      { name: "DESCRIPTION", value: "risk", band: 1, role: "description", domain: "d" },
    ] as const;
    expect(metadataXml(items)).toBe(
      `<GDALMetadata>
  <Item name="a&amp;b&lt;&quot;c">v</Item>
  <Item name="K" sample="0">1 &amp;amp; 2</Item>
  <Item name="DESCRIPTION" sample="1" role="description" domain="d">risk</Item>
</GDALMetadata>
`,
    );
  });

  it("replaces characters that XML cannot hold, and keeps the others", () => {
    const xml = metadataXml([{ name: "n", value: "a\u0000b\u001fc\td☂😀" }]);
    expect(xml).toContain(">a\ufffdb\ufffdc\td☂😀<");
  });
});
