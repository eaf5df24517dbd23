// The inverse transforms of libjpeg, to the bit: `islow` at full size, and those of scales 1/8 and
// 2/8.
//
// C. Loeffler, A. Ligtenberg and G. Moschytz, "Practical Fast 1-D DCT Algorithms with 11
// Multiplications", ICASSP 1989; constants and rounding as in libjpeg's jidctint.c and jidctred.c.
#pragma once
#include <stdint.h>
#include <wasm_simd128.h>

/** Constants have 13 bits after the point, what is between the passes has 2. */
#define FIX_0_298 2446
#define FIX_0_390 3196
#define FIX_0_541 4433
#define FIX_0_765 6270
#define FIX_0_899 7373
#define FIX_1_175 9633
#define FIX_1_501 12299
#define FIX_1_847 15137
#define FIX_1_961 16069
#define FIX_2_053 16819
#define FIX_2_562 20995
#define FIX_3_072 25172
#define FIX_1 8192

#define DOT wasm_i32x4_dot_i16x8
#define ADD wasm_i32x4_add
#define SUB wasm_i32x4_sub
#define SHR wasm_i32x4_shr
#define PAIR(x, y) wasm_i16x8_make(x, y, x, y, x, y, x, y)
#define ZIP_LOW(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP_HIGH(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

static inline uint8_t clamp(int level) {
  level += 128;
  return level < 0 ? 0 : level > 255 ? 255 : level;
}

/**
 * Four columns of a one-dimensional transform, rounded by `shift` bits. Each argument holds pairs
 * of the rows that its name tells; `odd` the sums of rows 7 + 3 and 5 + 1.
 */
static inline void transform_four(v128_t r26, v128_t r04, v128_t odd, v128_t r71, v128_t r53,
                                  int shift, v128_t out[8]) {
  v128_t half = wasm_i32x4_splat(1 << (shift - 1));
  v128_t even3 = DOT(r26, PAIR(FIX_0_541 + FIX_0_765, FIX_0_541));
  v128_t even2 = DOT(r26, PAIR(FIX_0_541, FIX_0_541 - FIX_1_847));
  v128_t even0 = ADD(DOT(r04, PAIR(FIX_1, FIX_1)), half);
  v128_t even1 = ADD(DOT(r04, PAIR(FIX_1, -FIX_1)), half);
  v128_t a0 = ADD(even0, even3), a3 = SUB(even0, even3);
  v128_t a1 = ADD(even1, even2), a2 = SUB(even1, even2);
  v128_t z3 = DOT(odd, PAIR(FIX_1_175 - FIX_1_961, FIX_1_175));
  v128_t z4 = DOT(odd, PAIR(FIX_1_175, FIX_1_175 - FIX_0_390));
  v128_t b0 = ADD(DOT(r71, PAIR(FIX_0_298 - FIX_0_899, -FIX_0_899)), z3);
  v128_t b3 = ADD(DOT(r71, PAIR(-FIX_0_899, FIX_1_501 - FIX_0_899)), z4);
  v128_t b1 = ADD(DOT(r53, PAIR(FIX_2_053 - FIX_2_562, -FIX_2_562)), z4);
  v128_t b2 = ADD(DOT(r53, PAIR(-FIX_2_562, FIX_3_072 - FIX_2_562)), z3);
  out[0] = SHR(ADD(a0, b3), shift), out[7] = SHR(SUB(a0, b3), shift);
  out[1] = SHR(ADD(a1, b2), shift), out[6] = SHR(SUB(a1, b2), shift);
  out[2] = SHR(ADD(a2, b1), shift), out[5] = SHR(SUB(a2, b1), shift);
  out[3] = SHR(ADD(a3, b0), shift), out[4] = SHR(SUB(a3, b0), shift);
}

/** A one-dimensional transform of all eight columns. */
static inline void transform_columns(v128_t row[8], int shift) {
  v128_t low[8], high[8];
  v128_t z3 = wasm_i16x8_add(row[7], row[3]), z4 = wasm_i16x8_add(row[5], row[1]);
  transform_four(ZIP_LOW(row[2], row[6]), ZIP_LOW(row[0], row[4]), ZIP_LOW(z3, z4),
                 ZIP_LOW(row[7], row[1]), ZIP_LOW(row[5], row[3]), shift, low);
  transform_four(ZIP_HIGH(row[2], row[6]), ZIP_HIGH(row[0], row[4]), ZIP_HIGH(z3, z4),
                 ZIP_HIGH(row[7], row[1]), ZIP_HIGH(row[5], row[3]), shift, high);
  for (int i = 0; i < 8; i++) row[i] = wasm_i16x8_narrow_i32x4(low[i], high[i]);
}

static inline void transpose(v128_t row[8]) {
  v128_t a[8], b[8];
  for (int i = 0; i < 8; i += 2) {
    a[i] = ZIP_LOW(row[i], row[i + 1]);
    a[i + 1] = ZIP_HIGH(row[i], row[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    b[i] = wasm_i32x4_shuffle(a[i], a[i + 2], 0, 4, 1, 5);
    b[i + 1] = wasm_i32x4_shuffle(a[i], a[i + 2], 2, 6, 3, 7);
    b[i + 2] = wasm_i32x4_shuffle(a[i + 1], a[i + 3], 0, 4, 1, 5);
    b[i + 3] = wasm_i32x4_shuffle(a[i + 1], a[i + 3], 2, 6, 3, 7);
  }
  for (int i = 0; i < 4; i++) {
    row[2 * i] = wasm_i64x2_shuffle(b[i], b[i + 4], 0, 2);
    row[2 * i + 1] = wasm_i64x2_shuffle(b[i], b[i + 4], 1, 3);
  }
}

static inline void clear_block(int16_t *block) {
  for (int i = 0; i < 8; i++) wasm_v128_store(block + 8 * i, wasm_i8x16_splat(0));
}

/** Writes the 8 x 8 samples of a block, and clears it. */
static inline void inverse_dct(int16_t *block, const uint16_t *quant, uint8_t *out, int stride) {
  v128_t row[8];
  for (int i = 0; i < 8; i++)
    row[i] = wasm_i16x8_mul(wasm_v128_load(block + 8 * i), wasm_v128_load(quant + 8 * i));
  transform_columns(row, 11);
  transpose(row);
  transform_columns(row, 18);
  transpose(row);
  v128_t center = wasm_i8x16_splat(-128);
  for (int i = 0; i < 8; i += 2) {
    v128_t levels = wasm_v128_xor(wasm_i8x16_narrow_i16x8(row[i], row[i + 1]), center);
    wasm_v128_store64_lane(out + i * stride, levels, 0);
    wasm_v128_store64_lane(out + (i + 1) * stride, levels, 1);
  }
  clear_block(block);
}

/** The same for a block whose first coefficient is its only one. */
static inline void inverse_dct_flat(int16_t *block, const uint16_t *quant, uint8_t *out,
                                    int stride) {
  int level = clamp(((int16_t)(block[0] * quant[0]) * 4 + 16) >> 5);
  block[0] = 0;
  for (int i = 0; i < 8; i++)
    *(uint64_t *)(out + i * stride) = 0x0101010101010101ull * (uint8_t)level;
}

/** The one sample of a block at scale 1/8. */
static inline uint8_t inverse_dct_1x1(int coefficient, const uint16_t *quant) {
  return clamp(((int16_t)(coefficient * quant[0]) + 4) >> 3);
}

/** The 2 x 2 samples of a block at scale 2/8; clears it. */
static inline void inverse_dct_2x2(int16_t *block, const uint16_t *quant, uint8_t *out,
                                   int stride) {
  int columns[2][8];
  for (int c = 0; c < 8; c++) {
    if (c == 2 || c == 4 || c == 6) continue;
    int even = block[c] * quant[c] * (1 << 15);
    int odd = block[56 + c] * quant[56 + c] * -5906 + block[40 + c] * quant[40 + c] * 6967 +
              block[24 + c] * quant[24 + c] * -10426 + block[8 + c] * quant[8 + c] * 29692;
    columns[0][c] = (even + odd + (1 << 12)) >> 13;
    columns[1][c] = (even - odd + (1 << 12)) >> 13;
  }
  for (int y = 0; y < 2; y++) {
    const int *w = columns[y];
    int even = w[0] * (1 << 15), odd = w[7] * -5906 + w[5] * 6967 + w[3] * -10426 + w[1] * 29692;
    out[y * stride] = clamp((even + odd + (1 << 19)) >> 20);
    out[y * stride + 1] = clamp((even - odd + (1 << 19)) >> 20);
  }
  clear_block(block);
}
