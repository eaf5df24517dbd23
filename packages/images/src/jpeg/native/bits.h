// The bits of one restart segment.
//
// The entropy-coded bytes are copied without their stuffing and in reverse order, so that one
// little-endian load of 8 bytes gives the next 57 bits and more with the first of them on top.
#pragma once
#include <stdint.h>
#include <wasm_simd128.h>

/** Bits that a load gives at least, wherever it begins. */
#define LOADED_BITS 57

typedef struct {
  /** Eight bytes before the end of the reversed copy: where the first load begins. */
  const uint8_t *first;
  /** Bits consumed. */
  uint32_t position;
  /** Bits that the segment has. */
  uint32_t length;
} Bits;

static Bits bits;

/** Loads the bits at the position into `buf`; `used` bits of the last load were consumed. */
#define REFILL()                                                                             \
  do {                                                                                       \
    bits.position += used;                                                                   \
    buf = *(const uint64_t *)(bits.first - (bits.position >> 3)) << (bits.position & 7);     \
    used = 0;                                                                                \
  } while (0)

#define TAKE(count)  \
  do {               \
    buf <<= (count); \
    used += (count); \
  } while (0)

/**
 * Copies bytes from `*from` up to a marker or `end` in reverse order below `target`.
 * At least 16 bytes behind `end` can be read. Leaves `*from` at the marker.
 *
 * @return number of bytes copied
 */
static int copy_reversed(const uint8_t **from, const uint8_t *end, uint8_t *target) {
  uint8_t *out = target;
  const uint8_t *in = *from;
  const v128_t marker = wasm_i8x16_splat(-1);
  while (in < end) {
    v128_t bytes = wasm_v128_load(in);
    if (in + 16 <= end && !wasm_v128_any_true(wasm_i8x16_eq(bytes, marker))) {
      out -= 16;
      in += 16;
      wasm_v128_store(out, wasm_i8x16_shuffle(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5,
                                              4, 3, 2, 1, 0));
      continue;
    }
    const uint8_t *stop = in + 16 < end ? in + 16 : end;
    while (in < stop) {
      uint8_t byte = *in;
      if (byte != 0xff) {
        *--out = byte;
        in++;
      } else if (in + 1 < end && in[1] == 0) {
        *--out = 0xff;
        in += 2;
      } else {
        *from = in;
        return (int)(target - out);
      }
    }
  }
  *from = in;
  return (int)(target - out);
}

/** The value of `size` bits on top of `buf`, as section F.2.2.1 of ITU-T T.81 extends it. */
static inline int receive(uint64_t buf, int size) {
  int value = (int)(buf >> (64 - size));
  int is_negative = (value - (1 << (size - 1))) >> 31;
  return value + (is_negative & ((int)(0xffffffffu << size) + 1));
}
