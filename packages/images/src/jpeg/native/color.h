// From rows of luma and chroma to rows of RGB: libjpeg's "fancy" (triangle) upsampling and its
// conversion of colours, to the bit.
#pragma once
#include <stdint.h>
#include <wasm_simd128.h>
#include "inverse-dct.h"

/** JPEG's largest width, and what vectors may read and write beyond it. */
#define MAX_WIDTH 65536
#define SLACK 64

static inline v128_t widen(v128_t bytes, int high) {
  return high ? wasm_u16x8_extend_high_u8x16(bytes) : wasm_u16x8_extend_low_u8x16(bytes);
}

/** Writes 16 pixels, 48 bytes. Constants have 16 bits after the point, those of products 15. */
static inline void write_rgb(v128_t y, v128_t cb, v128_t cr, uint8_t *out) {
  const v128_t half = wasm_i32x4_splat(1 << 15), weights = PAIR(-22554, 18734);
  v128_t red[2], green[2], blue[2];
  for (int i = 0; i < 2; i++) {
    v128_t level = widen(y, i);
    v128_t b = wasm_i16x8_sub(widen(cb, i), wasm_i16x8_splat(128));
    v128_t r = wasm_i16x8_sub(widen(cr, i), wasm_i16x8_splat(128));
    // 1.402 = 1 + 0.402, 1.772 = 2 - 0.228, -0.71414 = -1 + 0.28586: 16 bits hold the rest.
    v128_t more_red = wasm_i16x8_add(r, wasm_i16x8_q15mulr_sat(r, wasm_i16x8_splat(13173)));
    v128_t more_blue =
        wasm_i16x8_add(wasm_i16x8_add(b, b), wasm_i16x8_q15mulr_sat(b, wasm_i16x8_splat(-7471)));
    v128_t low = SHR(ADD(DOT(ZIP_LOW(b, r), weights), half), 16);
    v128_t high = SHR(ADD(DOT(ZIP_HIGH(b, r), weights), half), 16);
    v128_t more_green = wasm_i16x8_sub(wasm_i16x8_narrow_i32x4(low, high), r);
    red[i] = wasm_i16x8_add(level, more_red);
    green[i] = wasm_i16x8_add(level, more_green);
    blue[i] = wasm_i16x8_add(level, more_blue);
  }
  v128_t r = wasm_u8x16_narrow_i16x8(red[0], red[1]);
  v128_t g = wasm_u8x16_narrow_i16x8(green[0], green[1]);
  v128_t b = wasm_u8x16_narrow_i16x8(blue[0], blue[1]);
  v128_t p = wasm_i8x16_shuffle(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
  v128_t q = wasm_i8x16_shuffle(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
  v128_t s = wasm_i8x16_shuffle(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
  wasm_v128_store(out,
                  wasm_i8x16_shuffle(p, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
  wasm_v128_store(out + 16,
                  wasm_i8x16_shuffle(q, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15));
  wasm_v128_store(out + 32, wasm_i8x16_shuffle(s, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30,
                                               13, 14, 31));
}

/** Writes the first `count` of 16 pixels, up to 16. */
static inline void write_rgb_part(v128_t y, v128_t cb, v128_t cr, uint8_t *out, int count) {
  if (count >= 16) return write_rgb(y, cb, cr, out);
  uint8_t all[48];
  write_rgb(y, cb, cr, all);
  for (int i = 0; i < 3 * count; i++) out[i] = all[i];
}

/** Doubles a row both ways: three parts of the near row and sample to one of the far. */
static void upsample_both(const uint8_t *near, const uint8_t *far, int width, uint8_t *out) {
  static uint16_t memory[MAX_WIDTH / 2 + SLACK] __attribute__((aligned(16)));
  uint16_t *sums = memory + 8;
  const v128_t three = wasm_i16x8_splat(3);
  for (int x = 0; x < width; x += 16) {
    v128_t n = wasm_v128_load(near + x), f = wasm_v128_load(far + x);
    wasm_v128_store(sums + x, wasm_i16x8_add(wasm_i16x8_mul(widen(n, 0), three), widen(f, 0)));
    wasm_v128_store(sums + x + 8, wasm_i16x8_add(wasm_i16x8_mul(widen(n, 1), three), widen(f, 1)));
  }
  sums[-1] = sums[0];
  sums[width] = sums[width - 1];
  for (int x = 0; x < width; x += 8) {
    v128_t here = wasm_i16x8_mul(wasm_v128_load(sums + x), three);
    v128_t left = wasm_i16x8_add(wasm_v128_load(sums + x - 1), wasm_i16x8_splat(8));
    v128_t right = wasm_i16x8_add(wasm_v128_load(sums + x + 1), wasm_i16x8_splat(7));
    v128_t first = wasm_u16x8_shr(wasm_i16x8_add(here, left), 4);
    v128_t second = wasm_u16x8_shr(wasm_i16x8_add(here, right), 4);
    wasm_v128_store(out + 2 * x, wasm_v128_or(first, wasm_i16x8_shl(second, 8)));
  }
}

/** Doubles a row to the right; `row[-1]` and `row[width]` are overwritten and put back. */
static void upsample_across(uint8_t *row, int width, uint8_t *out) {
  const uint8_t before = row[-1], behind = row[width];
  row[-1] = row[0];
  row[width] = row[width - 1];
  for (int x = 0; x < width; x += 8) {
    v128_t here = wasm_i16x8_mul(wasm_u16x8_load8x8(row + x), wasm_i16x8_splat(3));
    v128_t left = wasm_i16x8_add(wasm_u16x8_load8x8(row + x - 1), wasm_i16x8_splat(1));
    v128_t right = wasm_i16x8_add(wasm_u16x8_load8x8(row + x + 1), wasm_i16x8_splat(2));
    v128_t first = wasm_u16x8_shr(wasm_i16x8_add(here, left), 2);
    v128_t second = wasm_u16x8_shr(wasm_i16x8_add(here, right), 2);
    wasm_v128_store(out + 2 * x, wasm_v128_or(first, wasm_i16x8_shl(second, 8)));
  }
  row[-1] = before;
  row[width] = behind;
}
