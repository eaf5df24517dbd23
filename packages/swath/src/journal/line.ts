/**
 * Closes one JSON object with its checksum and a newline.
 *
 * @param json text of an object with at least one member
 * @param seed what the checksum starts from: 0 for a header, the header's sum for all others
 */
export function sealLine(json: string, seed: number): string {
  const open = json.slice(0, -1);
  return `${open}${SUM_BEGIN}${hex(crc32(open, seed))}${SUM_END}\n`;
}

/** The checksum of a line; undefined if the line is not whole. Without its newline. */
export function sumOf(line: Buffer, seed: number): number | undefined {
  const open = line.length - SUM_LENGTH;
  if (open < 1) return undefined;
  const sum = crc32(line.subarray(0, open), seed);
  const expected = `${SUM_BEGIN}${hex(sum)}${SUM_END}`;
  return line.toString("latin1", open) === expected ? sum : undefined;
}

const SUM_BEGIN = ',"sum":"';
const SUM_END = '"}';
/** Eight hexadecimal digits stand between. */
const SUM_LENGTH = SUM_BEGIN.length + 8 + SUM_END.length;

/** Not imported: every thread that imports swath would load the module, and few come here. */
function crc32(bytes: string | Buffer, seed: number): number {
  return process.getBuiltinModule("node:zlib").crc32(bytes, seed);
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}
