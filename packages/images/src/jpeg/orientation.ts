const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * The orientation in an EXIF block, 1 to 8; 1 where it says none.
 *
 * @param exif from its byte order on
 * @returns undefined where the block is not sound: others may see in it what is not seen here
 * @see EXIF 2.32, section 4.6.4: tag 274
 */
export function readOrientation(exif: Uint8Array): number | undefined {
  if (exif.length < 8) return undefined;
  const order = String.fromCharCode(exif[0] as number, exif[1] as number);
  if (order !== "II" && order !== "MM") return undefined;
  const isLittle = order === "II";
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  const directory = view.getUint32(4, isLittle);
  if (view.getUint16(2, isLittle) !== 42 || directory + 2 > exif.length) return undefined;
  const entries = view.getUint16(directory, isLittle);
  if (directory + 2 + 12 * entries > exif.length) return undefined;
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (view.getUint16(entry, isLittle) !== ORIENTATION) continue;
    const isOneShort =
      view.getUint16(entry + 2, isLittle) === SHORT && view.getUint32(entry + 4, isLittle) === 1;
    const orientation = view.getUint16(entry + 8, isLittle);
    return isOneShort && orientation >= 1 && orientation <= 8 ? orientation : undefined;
  }
  return 1;
}
