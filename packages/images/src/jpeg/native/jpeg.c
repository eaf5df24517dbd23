// Baseline JPEG to RGB, whole or at one eighth, with exactly the pixels of libjpeg.
//
// The caller has read the markers (header.ts); what lies between two markers is decoded here.
// Whatever is not as it should be ends with -1: the caller then leaves the file to libvips.
#include <stdint.h>
#include <wasm_simd128.h>
#include "bits.h"
#include "color.h"
#include "huffman.h"
#include "inverse-dct.h"

#define EXPORT(name) __attribute__((export_name(#name))) name

typedef struct {
  /** Blocks of a minimum coded unit, across and down. */
  int across, down;
  const uint16_t *quant;
  int dc, ac;
  /** Samples, without padding. */
  int width, height;
  /** Samples of a block, across and down: 8, or 1 or 2 at one eighth. */
  int scale;
  /** Rows of samples; row y of the picture lies in row `y & mask`. */
  uint8_t *samples;
  int stride, mask;
  /** The last first coefficient. */
  int prediction;
} Component;

static struct {
  int width, height, components;
  /** Blocks of a minimum coded unit at most; units of the picture. */
  int across, down, columns, rows;
  /** Units between restarts; 0 for none. Units to go until the next. */
  int restart_interval, until_restart;
  const uint8_t *in, *end;
  uint8_t *reversed_end;
  /** Row of units that comes next, and row of pixels that is written next. */
  int row, written;
  int is_broken;
} image;

static Component component[3];
static uint16_t quant_table[4][64] __attribute__((aligned(16)));
static int16_t block[64] __attribute__((aligned(16)));
static uint8_t chroma_row[2][MAX_WIDTH + SLACK];

/** Zigzag order; runs beyond the end stay inside the block. */
static const uint8_t natural_order[80] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33,
    40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36,
    29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63};

/** Takes 64 values in zigzag order. */
void EXPORT(set_quant)(int id, const uint8_t *values) {
  for (int i = 0; i < 64; i++) quant_table[id][natural_order[i]] = values[i];
}

/** Takes 16 counts and the symbols behind them. @return whether they are sound */
int EXPORT(set_codes)(int is_ac, int id, const uint8_t *lengths) {
  if (!read_codes(is_ac ? &ac_codes[id] : &dc_codes[id], lengths)) return 0;
  if (!is_ac) return make_dc_table(id);
  make_ac_table(id);
  make_skip_table(id);
  return 1;
}

void EXPORT(set_image)(int width, int height, int components, int restart_interval) {
  image.width = width;
  image.height = height;
  image.components = components;
  image.restart_interval = restart_interval;
  image.across = image.down = 1;
}

void EXPORT(set_component)(int i, int across, int down, int quant, int dc, int ac) {
  component[i] = (Component){.across = across, .down = down, .quant = quant_table[quant],
                             .dc = dc, .ac = ac};
  if (across > image.across) image.across = across;
  if (down > image.down) image.down = down;
}

static void begin_segment(void) {
  int bytes = copy_reversed(&image.in, image.end, image.reversed_end);
  bits = (Bits){.first = image.reversed_end - 8, .position = 0, .length = (uint32_t)bytes * 8};
  for (int i = 0; i < image.components; i++) component[i].prediction = 0;
  image.until_restart = image.restart_interval > 0 ? image.restart_interval : INT32_MAX;
}

static inline int is_segment_used_up(void) {
  return bits.position <= bits.length && bits.length - bits.position < 8;
}

/** @return whether decoding can go on */
static int begin_unit(void) {
  if (image.until_restart-- > 0) return 1;
  if (!is_segment_used_up() || image.end - image.in < 2 || image.in[0] != 0xff) return 0;
  if ((image.in[1] & 0xf8) != 0xd0) return 0;
  image.in += 2;
  begin_segment();
  image.until_restart--;
  return 1;
}

static int is_complete(void) {
  return is_segment_used_up() && image.end - image.in >= 2 && image.in[0] == 0xff &&
         image.in[1] == 0xd9;
}

/** The slow way to a symbol; codes that do not exist break the image. */
static inline int search_symbol(const Codes *codes, uint64_t buf, int *length) {
  int symbol = find_symbol(codes, (int)(buf >> 48), length);
  if (*length > 16) image.is_broken = 1;
  return symbol;
}

/** Loads the first bits of a block into `buf` and takes its first coefficient from them. */
#define FIRST_COEFFICIENT(c)                                                         \
  uint64_t buf;                                                                      \
  int used = 0;                                                                      \
  REFILL();                                                                          \
  {                                                                                  \
    int found = dc_table[(c)->dc][buf >> (64 - DC_BITS)], length = found & 255;      \
    int category = found ? found >> 8 : search_symbol(&dc_codes[(c)->dc], buf, &length); \
    TAKE(length);                                                                    \
    if (category) {                                                                  \
      (c)->prediction += receive(buf, category);                                     \
      TAKE(category);                                                                \
    }                                                                                \
  }

/** Decodes a block. @return index of its last coefficient in zigzag order */
static inline int read_block(Component *c) {
  FIRST_COEFFICIENT(c);
  block[0] = (int16_t)c->prediction;
  const int32_t *table = ac_table[c->ac];
  int k = 1, last = 0;
  do {
    if (used > LOADED_BITS - AC_BITS) REFILL();
    int32_t found = table[buf >> (64 - AC_BITS)];
    if (found != 0 && !(found & LONG_VALUE)) {
      k += (found >> 8) & 15;
      TAKE(found & 31);
      last = k;
      block[natural_order[k++]] = (int16_t)(found >> 16);
      continue;
    }
    REFILL();
    int length = found & 31, run = (found >> 8) & 15, size = (found >> 16) & 15;
    if (found == 0) {
      int symbol = search_symbol(&ac_codes[c->ac], buf, &length);
      run = symbol >> 4, size = symbol & 15;
    }
    TAKE(length);
    if (size == 0) {
      if (run != 15) break;
      k += 16;
      continue;
    }
    k += run;
    last = k;
    block[natural_order[k++]] = (int16_t)receive(buf, size);
    TAKE(size);
  } while (k < 64);
  bits.position += used;
  return last;
}

/** Decodes the first coefficient of a block and passes over the others. */
static inline void skip_block(Component *c) {
  FIRST_COEFFICIENT(c);
  const uint32_t *table = skip_table[c->ac];
  int k = 1;
  do {
    if (used > LOADED_BITS - SKIP_BITS) REFILL();
    uint32_t found = table[buf >> (64 - SKIP_BITS)];
    int steps = (found >> 8) & 255;
    if (found != 0 && k + steps < 64) {
      k += steps;
      TAKE(found & 63);
      if (found & END_OF_BLOCK) break;
    } else if (found != 0) {
      // The block ends somewhere in this run of codes: one after the other.
      k += found >> 24;
      TAKE((found >> 16) & 63);
      if ((found >> 24) == 0) break;
    } else {
      REFILL();
      int length, symbol = search_symbol(&ac_codes[c->ac], buf, &length);
      TAKE(length + (symbol & 15));
      if ((symbol & 15) == 0 && symbol >> 4 != 15) break;
      k += (symbol >> 4) + 1;
    }
  } while (k < 64);
  bits.position += used;
}

/** Lays out the memory for samples. @return its end */
static uint8_t *lay_out(uint8_t *samples, int is_eighth) {
  image.columns = (image.width + 8 * image.across - 1) / (8 * image.across);
  image.rows = (image.height + 8 * image.down - 1) / (8 * image.down);
  for (int i = 0; i < image.components; i++) {
    Component *c = &component[i];
    c->width = (image.width * c->across + image.across - 1) / image.across;
    c->height = (image.height * c->down + image.down - 1) / image.down;
    // As libjpeg: chroma of half the size is not scaled down as far as luma.
    int is_half = 2 * c->across == image.across && 2 * c->down == image.down;
    c->scale = !is_eighth ? 8 : is_half ? 2 : 1;
    c->stride = image.columns * c->across * c->scale + SLACK;
    // Two rows of units, for upsampling looks a row back and ahead.
    int rows = is_eighth ? image.rows * c->down * c->scale : 2 * c->down * 8;
    c->mask = is_eighth ? -1 : rows - 1;
    c->samples = samples + 16;
    samples += c->stride * rows + SLACK;
  }
  return samples;
}

/** Bytes of memory for samples that the image which was set needs. */
int EXPORT(sample_bytes)(int is_eighth) { return (int)(uintptr_t)lay_out(0, is_eighth); }

/**
 * Begins to decode from `in`, up to `end`, 16 bytes before the end of what can be read.
 *
 * @param reversed_end end of the memory for the reversed bytes: `end - in` and 4 KiB
 * @param samples memory for samples, as long as `sample_bytes` says
 */
void EXPORT(begin)(const uint8_t *in, const uint8_t *end, uint8_t *reversed_end, uint8_t *samples,
                   int is_eighth) {
  lay_out(samples, is_eighth);
  image.in = in;
  image.end = end;
  image.reversed_end = reversed_end;
  image.row = image.written = image.is_broken = 0;
  begin_segment();
}

static int decode_unit_row(int is_eighth) {
  for (int x = 0; x < image.columns; x++) {
    if (!begin_unit()) return 0;
    for (int i = 0; i < image.components; i++) {
      Component *c = &component[i];
      for (int j = 0; j < c->across * c->down; j++) {
        int column = x * c->across + (c->across == 1 ? 0 : j & 1);
        int row = image.row * c->down + (c->across == 1 ? j : j >> 1);
        uint8_t *out =
            c->samples + ((row * c->scale) & c->mask) * c->stride + column * c->scale;
        if (is_eighth && c->scale == 1) {
          skip_block(c);
          *out = inverse_dct_1x1(c->prediction, c->quant);
        } else {
          int last = read_block(c);
          if (is_eighth) inverse_dct_2x2(block, c->quant, out, c->stride);
          else if (last > 0) inverse_dct(block, c->quant, out, c->stride);
          else inverse_dct_flat(block, c->quant, out, c->stride);
        }
      }
    }
    if (image.is_broken || bits.position > bits.length) return 0;
  }
  image.row++;
  return image.row < image.rows || is_complete();
}

/** A row of chroma as wide as the picture. */
static const uint8_t *full_chroma(int i, int y) {
  Component *c = &component[i];
  uint8_t *out = chroma_row[i - 1];
  if (image.across == 1) return c->samples + (y & c->mask) * c->stride;
  if (image.down == 1) {
    uint8_t *row = c->samples + (y & c->mask) * c->stride;
    upsample_across(row, c->width, out);
    return out;
  }
  int near = y >> 1, far = y & 1 ? near + 1 : near - 1;
  if (far < 0) far = 0;
  if (far >= c->height) far = c->height - 1;
  upsample_both(c->samples + (near & c->mask) * c->stride,
                c->samples + (far & c->mask) * c->stride, c->width, out);
  return out;
}

static void write_gray(const uint8_t *row, int width, uint8_t *out) {
  for (int x = 0; x < width; x++) out[3 * x] = out[3 * x + 1] = out[3 * x + 2] = row[x];
}

static void write_row(int y, uint8_t *out) {
  const Component *luma = &component[0];
  const uint8_t *row = luma->samples + (y & luma->mask) * luma->stride;
  if (image.components == 1) return write_gray(row, image.width, out);
  const uint8_t *cb = full_chroma(1, y), *cr = full_chroma(2, y);
  for (int x = 0; x < image.width; x += 16)
    write_rgb_part(wasm_v128_load(row + x), wasm_v128_load(cb + x), wasm_v128_load(cr + x),
                   out + 3 * x, image.width - x);
}

/**
 * Decodes the next row of units and writes the rows of pixels that are then known.
 *
 * @param out memory for three rows of units
 * @return number of rows written; -1 where the image is not sound
 */
int EXPORT(next_rows)(uint8_t *out) {
  if (!decode_unit_row(0)) return -1;
  // The last row of a unit needs the chroma below it.
  int lag = image.down > 1 ? 1 : 0;
  int until = image.row == image.rows ? image.height : 8 * image.down * image.row - lag;
  int from = image.written;
  for (int y = from; y < until; y++) write_row(y, out + (y - from) * 3 * image.width);
  image.written = until;
  return until - from;
}

/** Decodes the whole image at one eighth. @return 0, or -1 where it is not sound */
int EXPORT(decode_eighth)(void) {
  while (image.row < image.rows)
    if (!decode_unit_row(1)) return -1;
  return 0;
}

static v128_t eighth_chroma(int i, int x, int y) {
  const Component *c = &component[i];
  int is_narrow = c->across * c->scale < image.across;
  const uint8_t *row = c->samples + y * c->stride;
  if (!is_narrow) return wasm_v128_load(row + x);
  v128_t half = wasm_v128_load(row + x / 2);
  return wasm_i8x16_shuffle(half, half, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
}

/** Writes the first `height` rows and `width` columns of what `decode_eighth` decoded. */
void EXPORT(write_eighth)(uint8_t *out, int width, int height) {
  const Component *luma = &component[0];
  for (int y = 0; y < height; y++, out += 3 * width) {
    const uint8_t *row = luma->samples + y * luma->stride;
    if (image.components == 1) {
      write_gray(row, width, out);
      continue;
    }
    for (int x = 0; x < width; x += 16)
      write_rgb_part(wasm_v128_load(row + x), eighth_chroma(1, x, y), eighth_chroma(2, x, y),
                     out + 3 * x, width - x);
  }
}
