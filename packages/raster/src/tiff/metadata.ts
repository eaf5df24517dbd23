import { orWarning } from "./or-warning.ts";
import type { TagReader } from "./tag-reader.ts";
import { TAG } from "./tags.ts";

/** Text tags and the names that GDAL gives them. */
const TEXT_TAGS: readonly (readonly [tag: number, name: string])[] = [
  [TAG.DocumentName, "TIFFTAG_DOCUMENTNAME"],
  [TAG.ImageDescription, "TIFFTAG_IMAGEDESCRIPTION"],
  [TAG.Software, "TIFFTAG_SOFTWARE"],
  [TAG.DateTime, "TIFFTAG_DATETIME"],
  [TAG.Artist, "TIFFTAG_ARTIST"],
  [TAG.Copyright, "TIFFTAG_COPYRIGHT"],
];

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/**
 * Metadata as key and value: a few text tags, and the items of GDAL_METADATA (tag 42112),
 * where an item of one band (1-based) has the key `name (band 2)`.
 *
 * The values are what the writer claimed; statistics among them are often wrong.
 *
 * @param warnings gets a text for each tag that is damaged and left out
 */
export function readMetadata(
  tags: TagReader,
  warnings: string[],
): Readonly<Record<string, string>> {
  const textOf = (tag: number) => orWarning(warnings, () => tags.text(tag));
  const pairs = TEXT_TAGS.flatMap(([tag, name]): [string, string][] => {
    const text = tags.entry(tag)?.type === 2 ? textOf(tag) : undefined;
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries([...pairs, ...gdalItems(textOf(TAG.GdalMetadata) ?? "")]);
}

/** The `<Item>` elements of GDAL's little XML dialect; anything else is passed over. */
function gdalItems(xml: string): [string, string][] {
  const items: [string, string][] = [];
  for (const [, attributes = "", text = ""] of xml.matchAll(/<Item\b([^<>]*)>([^<]*)<\/Item>/g)) {
    const name = attribute(attributes, "name");
    const sample = attribute(attributes, "sample");
    if (name === undefined) continue;
    const band = sample === undefined ? "" : ` (band ${Number(sample) + 1})`;
    // GDAL escapes values twice; names, being attributes, once.
    items.push([`${name}${band}`, unescaped(unescaped(text))]);
  }
  return items;
}

function attribute(attributes: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
  return value === undefined ? undefined : unescaped(value);
}

function unescaped(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#[0-9]{1,7}|[a-z]{2,4});/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
  });
}
