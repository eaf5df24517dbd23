/** One entry of GDAL_METADATA (tag 42112). */
export interface MetadataItem {
  readonly name: string;
  readonly value: string;
  /** The band that it describes, from 0; undefined for the whole file. */
  readonly band?: number;
  /** What GDAL takes it for, instead of plain metadata of a band. */
  readonly role?: "scale" | "offset" | "unittype" | "description";
  /** GDAL's metadata domain; undefined is the default one. */
  readonly domain?: string;
}

/**
 * The text of tag 42112 as GDAL writes it; empty where there is nothing to say. Characters
 * that XML 1.0 cannot hold (most control characters) become U+FFFD.
 */
export function metadataXml(items: readonly MetadataItem[]): string {
  if (items.length === 0) return "";
  return `<GDALMetadata>\n${items.map(itemXml).join("")}</GDALMetadata>\n`;
}

function itemXml({ name, value, band, role, domain }: MetadataItem): string {
  const attributes = [
    `name="${escapeXml(name)}"`,
    ...(band === undefined ? [] : [`sample="${band}"`]),
    ...(role === undefined ? [] : [`role="${role}"`]),
    ...(domain === undefined ? [] : [`domain="${escapeXml(domain)}"`]),
  ];
  // GDAL escapes values twice and undoes that twice; escaped once, "a & b" would be cut at "&".
  return `  <Item ${attributes.join(" ")}>${escapeXml(escapeXml(value))}</Item>\n`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (found) => ESCAPES[found] ?? found).replace(NOT_XML, "\ufffd");
}

/** What is outside `Char` of XML 1.0, section 2.2, within the Basic Multilingual Plane. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
