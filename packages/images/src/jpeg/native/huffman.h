// Huffman codes: look-up tables for the common ones, a search by length for the others.
#pragma once
#include <stdint.h>

/** Codes of coefficients up to so many bits, with their values, are found by one look-up: 8 KiB. */
#define AC_BITS 11
#define DC_BITS 9
/** Coefficients that are only skipped: as many as fit, in one look-up of 16 KiB. */
#define SKIP_BITS 12

typedef struct {
  uint8_t symbols[256];
  /** First code longer than `length` bits, shifted up to 16 bits. */
  int32_t limit[18];
  /** Index of a symbol less its code, by length. */
  int32_t offset[17];
} Codes;

static Codes dc_codes[4], ac_codes[4];

/** Category << 8 | length of the code; 0 where the code is longer than DC_BITS. */
static uint16_t dc_table[4][1 << DC_BITS];

/**
 * Value << 16 | run << 8 | bits of code and value; with LONG_VALUE size << 16 | run << 8 | bits of
 * the code; 0 where the code is longer than AC_BITS.
 */
static int32_t ac_table[4][1 << AC_BITS];
#define LONG_VALUE 0x80

/**
 * What a run of codes adds: bits | END_OF_BLOCK | coefficients << 8, and of its first code alone
 * bits << 16 | coefficients << 24. 0 where not even one code is whole.
 */
static uint32_t skip_table[4][1 << SKIP_BITS];
#define END_OF_BLOCK 0x40

/** @return whether `lengths` (16 counts) and the symbols behind them are a sound set of codes */
static int read_codes(Codes *codes, const uint8_t *lengths) {
  int code = 0, index = 0, count = 0;
  for (int length = 0; length < 16; length++) count += lengths[length];
  if (count > 256) return 0;
  for (int i = 0; i < 256; i++) codes->symbols[i] = i < count ? lengths[16 + i] : 0;
  for (int length = 1; length <= 16; length++) {
    codes->offset[length] = index - code;
    index += lengths[length - 1];
    code += lengths[length - 1];
    if (code > 1 << length) return 0;
    codes->limit[length] = code << (16 - length);
    code <<= 1;
  }
  codes->limit[17] = INT32_MAX;
  return 1;
}

/** The symbol on top of `top`, 16 bits; its length, or 17 if these are no code. */
static inline int find_symbol(const Codes *codes, int top, int *length) {
  int bits = 1;
  while (top >= codes->limit[bits]) bits++;
  *length = bits;
  return bits > 16 ? 0 : codes->symbols[((top >> (16 - bits)) + codes->offset[bits]) & 255];
}

static int make_dc_table(int id) {
  for (int top = 0; top < 1 << DC_BITS; top++) {
    int length, category = find_symbol(&dc_codes[id], top << (16 - DC_BITS), &length);
    dc_table[id][top] = length <= DC_BITS ? category << 8 | length : 0;
  }
  for (int i = 0; i < 256; i++)
    if (dc_codes[id].symbols[i] > 11) return 0;
  return 1;
}

static void make_ac_table(int id) {
  for (int top = 0; top < 1 << AC_BITS; top++) {
    int length, symbol = find_symbol(&ac_codes[id], top << (16 - AC_BITS), &length);
    int run = symbol >> 4, size = symbol & 15, total = length + size;
    if (length > AC_BITS) ac_table[id][top] = 0;
    else if (size == 0 || total > AC_BITS)
      ac_table[id][top] = size << 16 | run << 8 | LONG_VALUE | length;
    else {
      int value = (top >> (AC_BITS - total)) & ((1 << size) - 1);
      if (value < 1 << (size - 1)) value -= (1 << size) - 1;
      ac_table[id][top] = (int32_t)((uint32_t)value << 16) | run << 8 | total;
    }
  }
}

static void make_skip_table(int id) {
  for (int top = 0; top < 1 << SKIP_BITS; top++) {
    int used = 0, steps = 0, first_used = 0, first_steps = 0, end = 0;
    while (used < SKIP_BITS && !end) {
      int length, symbol =
          find_symbol(&ac_codes[id], (top << (16 - SKIP_BITS + used)) & 0xffff, &length);
      int run = symbol >> 4, size = symbol & 15;
      if (used + length > SKIP_BITS) break;
      end = size == 0 && run != 15;
      used += length + size;
      steps += end ? 0 : run + 1;
      if (first_used == 0) {
        first_used = used;
        first_steps = steps;
      }
    }
    skip_table[id][top] = (uint32_t)used | (end ? END_OF_BLOCK : 0) | (uint32_t)steps << 8 |
                          (uint32_t)first_used << 16 | (uint32_t)first_steps << 24;
  }
}
