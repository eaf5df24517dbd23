const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
/** The table is cleared one code early, as libtiff does: some readers need it. */
const LAST_FREE = 4094;

/** Slots of the hash table: a power of two, at most a quarter full. */
const SLOTS = 16_384;
const SLOT_MASK = SLOTS - 1;
const SLOT_SHIFT = 32 - 14;
/** Knuth's multiplicative hash: 2^32 divided by the golden ratio. */
const HASH_FACTOR = 0x9e37_79b1;

// One table per thread, used by one call at a time.
const keys = new Int32Array(SLOTS);
const codes = new Uint16Array(SLOTS);

/**
 * LZW as TIFF has it: codes of 9 to 12 bits, highest bit first, widened one code early.
 *
 * @returns a new array of the exact length
 * @see TIFF Revision 6.0, section 13
 */
export function encodeLzw(bytes: Uint8Array): Uint8Array {
  // At worst every byte becomes a 12-bit code; clears add 12 bits for every 3,836 codes.
  const output = new Uint8Array(Math.ceil(bytes.length * 1.501) + 16);
  let end = 0;
  let held = 0; // bits not yet written, in the low `heldBits`
  let heldBits = 0;
  let width = 9;
  let next = FIRST_FREE;
  keys.fill(-1);

  held = CLEAR;
  heldBits = 9;
  let prefix = bytes.length === 0 ? END : (bytes[0] as number);
  for (let i = 1; i <= bytes.length; i++) {
    const atEnd = i === bytes.length;
    if (!atEnd) {
      const key = (prefix << 8) | (bytes[i] as number);
      let slot = Math.imul(key, HASH_FACTOR) >>> SLOT_SHIFT;
      while (keys[slot] !== key && keys[slot] !== -1) slot = (slot + 1) & SLOT_MASK;
      if (keys[slot] === key) {
        prefix = codes[slot] as number;
        continue;
      }
      keys[slot] = key;
      codes[slot] = next;
    }
    held = (held << width) | prefix;
    heldBits += width;
    while (heldBits >= 8) {
      heldBits -= 8;
      output[end++] = held >>> heldBits;
    }
    held &= 0xff; // fewer than 8 bits are left
    next++;
    if (next === LAST_FREE) {
      held = (held << width) | CLEAR;
      heldBits += width;
      keys.fill(-1);
      width = 9;
      next = FIRST_FREE;
    } else if (next === 1 << width) {
      width++;
    }
    prefix = atEnd ? END : (bytes[i] as number);
  }
  held = (held << width) | END;
  heldBits += width;
  while (heldBits > 0) {
    heldBits -= 8;
    output[end++] = heldBits >= 0 ? held >>> heldBits : held << -heldBits;
  }
  return output.slice(0, end);
}
