/*
 * x W^T for activations rounded to bf16 and weights of bf16, which lie in memory as Packing.java says: as they are, or narrow (see
 * narrow.h). Includes itself as dot_products.c does, and gives the bits of the Java kernels as that does.
 */
#ifndef FEW

#include "bf16_products.h"
#include "narrow.h"
#include "rounding.h"
#include "tiles.h"
#include "vectors.h"

typedef struct {
    const uint8_t *w; /* first block */
    int64_t block_bytes;
    int32_t words;
    const int32_t *x;
    float *out; /* [rows][stride] */
    int32_t stride;
} product;

typedef void (*pairs_tile)(const product *p, int row, int column, int end, int from, int to);
typedef void (*narrow_tile)(const product *p, int row, int column, int end);

/*
 * Of pairs of bf16 numbers the earlier lies in the upper half, and its product is added first, which is what dot products of such
 * pairs do too. Without those the two of an activation's pair are floats, and PAIR_WORDS long.
 */
#ifdef __AVX512BF16__
#define PAIR_WORDS 1
#define SPLIT(b)
#define DOT_EARLIER(r, b) acc##r##b = _mm512_dpbf16_ps(acc##r##b, (__m512bh)word##b, (__m512bh)SPREAD(x[r]));
#define DOT_LATER(r, b)
#else
#define PAIR_WORDS 2
#define SPLIT(b) \
    floats earlier##b = AS_FLOATS(AND(word##b, upper_half)), later##b = AS_FLOATS(SHIFT_LEFT(word##b, 16));
#define DOT_EARLIER(r, b) acc##r##b = fused(earlier##b, AS_FLOATS(SPREAD(x[r])), acc##r##b);
#define DOT_LATER(r, b) acc##r##b = fused(later##b, AS_FLOATS(SPREAD(x[R + r])), acc##r##b);
#endif

#define LOAD_ACC(r, b) floats acc##r##b = from == 0 ? ZERO_FLOATS : LOAD_FLOATS(OUT(r, b));
#define PAIRS(b)                                    \
    FETCH(b, at##b + (int64_t)word * LINE)          \
    ints word##b = LOAD(at##b + (int64_t)word * LINE); \
    SPLIT(b)

/* Columns of a tile of narrow words. */
#define NARROW_COLUMNS (LANES == 16 ? 2 * BLOCK : BLOCK)

/* A quad of narrow words, first its first two and then the others; with patches they are widened first, for each block. */
#define NARROW(b)                                                                                 \
    const ints table##b = TABLE(p->w + (column + b * LANES) / BLOCK * p->block_bytes);            \
    at##b += LINE;
#define FIRST_TWO(b)                                                        \
    FETCH(b, at##b)                                                         \
    FETCH(b, at##b + LINE)                                                  \
    FETCH(b, at##b + 2 * LINE)                                              \
    const ints codes##b = LOAD(at##b + 2 * LINE);                           \
    ints lower##b = LOAD(at##b), upper##b = LOOK_UP(table##b, AND(codes##b, low));
#define LAST_TWO(b)               \
    lower##b = LOAD(at##b + LINE); \
    upper##b = LOOK_UP(table##b, AND(SHIFT_RIGHT(codes##b, 4), low));
#define ONE(b)                                            \
    ints word##b = INTERLEAVE_LOWER(lower##b, upper##b); \
    SPLIT(b)
#define OTHER(b)                                          \
    ints word##b = INTERLEAVE_UPPER(lower##b, upper##b); \
    SPLIT(b)
#define NEXT_QUAD(b) at##b += NARROW_QUAD;
#define WIDENED(b)                                                                                         \
    ints word##b = LOAD(wide[b * LANES / BLOCK] + word * LINE + (column + b * LANES) % BLOCK * 4);         \
    SPLIT(b)
#define WORD(part) \
    {                                \
        COLUMNS(part)                \
        CELLS(DOT_EARLIER)           \
        CELLS(DOT_LATER)             \
        x += R * PAIR_WORDS;         \
    }

#define FEW 0
#include __FILE__
#undef FEW
#define FEW 1
#include __FILE__
#undef FEW

int32_t exoflux_bf16_tile_rows(int32_t rows) {
#ifdef __AVX512BF16__
    (void)rows;
    return 8;
#else
    return rows > 5 && rows <= 8 ? 4 : 5; /* sums of a tile of one to three rows wait for each other */
#endif
}

/* Integers that an activation's pair takes in what exoflux_bf16_inputs lays out. */
int32_t exoflux_pair_words(void) { return PAIR_WORDS; }

/* As Bf16.java rounds: numbers below the least normal one to 0, and no number to the one of Java. */
static uint32_t round_bf16(float x) {
    const uint32_t bits = (uint32_t)bits_of(x), magnitude = bits & 0x7FFFFFFF;
    const uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    return magnitude > INFINITE ? 0x7FC0 : magnitude < 0x00800000 ? bits >> 16 & 0x8000 : rounded;
}

#define AT_ONCE 128 /* inputs that are rounded before they are laid out, since that compilers make vectors of */

/*
 * Rounds the rows of a tile to bf16 and lays them out in pairs, the earlier in the upper half, or as two floats; pair i of all rows
 * side by side.
 */
void exoflux_bf16_inputs(
        const float *x, int64_t x_at, int32_t row_count, int32_t width, int32_t *pairs, int64_t pairs_at) {
    for (int row = 0; row < row_count; row++) {
        const float *from = x + x_at + (int64_t)row * width;
        int32_t *to = pairs + pairs_at + row;
        for (int i = 0; i < width; i += AT_ONCE) {
            const int count = width - i < AT_ONCE ? width - i : AT_ONCE;
            uint32_t rounded[AT_ONCE + 1];
            for (int j = 0; j < count; j++) rounded[j] = round_bf16(from[i + j]);
            rounded[count] = 0;
            for (int j = 0; j < count; j += 2, to += PAIR_WORDS * row_count) {
#if PAIR_WORDS == 1
                *to = (int32_t)(rounded[j] << 16 | rounded[j + 1]);
#else
                to[0] = (int32_t)(rounded[j] << 16);
                to[row_count] = (int32_t)(rounded[j + 1] << 16);
#endif
            }
        }
    }
}

/* Words of a panel that all tiles of rows pass over before the next are read: they stay in the second-level cache. */
#define DEPTH 1024

/* Words `from` to `to` of all rows and the columns up to `end`. */
static void all_rows(const product *p, int row_count, int column, int end, int from, int to) {
    const int most = exoflux_bf16_tile_rows(row_count);
    const pairs_tile *tiles = row_count <= FEW_ROWS ? few_pairs_tiles : many_pairs_tiles;
    for (int row = 0; row < row_count; row += most) {
        tiles[row_count - row < most ? row_count - row : most](p, row, column, end, from, to);
    }
}

/* out[row][column] for all columns of the blocks from w on, which hold pairs of bf16 numbers. A single tile reads to the end. */
void exoflux_bf16_product(
        const uint8_t *w, int64_t block_bytes, int32_t words, int32_t blocks, const int32_t *x, int32_t row_count,
        float *out) {
    const int columns = blocks * BLOCK;
    const product p = {w, block_bytes, words, x, out, columns};
    const int depth = row_count <= exoflux_bf16_tile_rows(row_count) ? words : DEPTH;
    for (int column = 0; column < columns; column += PANEL) {
        int end = columns - column < PANEL ? columns : column + PANEL;
        for (int from = 0; from < words; from += depth) {
            all_rows(&p, row_count, column, end, from, words - from < depth ? words : from + depth);
        }
    }
}

/*
 * As above, of narrow blocks. As many columns as a tile has are read by all rows before the next are: the second-level cache holds
 * them.
 */
void exoflux_narrow_product(
        const uint8_t *w, int64_t block_bytes, int32_t words, int32_t blocks, const int32_t *x, int32_t row_count,
        float *out) {
    const int columns = blocks * BLOCK, most = exoflux_bf16_tile_rows(row_count);
    const product p = {w, block_bytes, words, x, out, columns};
    const narrow_tile *tiles = row_count <= FEW_ROWS ? few_narrow_tiles : many_narrow_tiles;
    const int wide = row_count <= most ? columns : NARROW_COLUMNS;
    for (int column = 0; column < columns; column += wide) {
        const int end = columns - column < wide ? columns : column + wide;
        for (int row = 0; row < row_count; row += most) {
            tiles[row_count - row < most ? row_count - row : most](&p, row, column, end);
        }
    }
}

#elif !defined(R) /* all tiles for few rows, or for many */
#if FEW
#define NAMED(name) few_##name
#else
#define NAMED(name) many_##name
#endif
#define R 1
#include __FILE__
#undef R
#define R 2
#include __FILE__
#undef R
#define R 3
#include __FILE__
#undef R
#define R 4
#include __FILE__
#undef R
#define R 5
#include __FILE__
#undef R
#define R 6
#include __FILE__
#undef R
#define R 7
#include __FILE__
#undef R
#define R 8
#include __FILE__
#undef R
#define ALL(name) \
    {0, NAMED(name##1), NAMED(name##2), NAMED(name##3), NAMED(name##4), NAMED(name##5), NAMED(name##6), NAMED(name##7), \
     NAMED(name##8)}
static const pairs_tile NAMED(pairs_tiles)[] = ALL(pairs_rows);
static const narrow_tile NAMED(narrow_tiles)[] = ALL(narrow_rows);
#undef ALL
#undef NAMED

#elif !defined(B) /* all shapes of so many rows */
#if FEW && LANES == 16 && R > 6 /* sums enough, and a thread that reads one stream */
#define WIDE 1
#elif R == 1 || (R <= 6 && LANES != 8 && !(FEW && LANES == 16))
#define WIDE 4
#else
#define WIDE 2
#endif
#if R == 1 && LANES != 16
#define WIDE_NARROW 4
#else
#define WIDE_NARROW 2
#endif
#define B 1
#include __FILE__
#undef B
#define B 2
#include __FILE__
#undef B
#define B 4
#include __FILE__
#undef B
static void JOIN(NAMED(pairs_rows), R, , )(const product *p, int row, int column, int end, int from, int to) {
    for (; column + WIDE * LANES <= end; column += WIDE * LANES) {
        JOIN(NAMED(pairs), R, x, WIDE)(p, row, column, from, to);
    }
    for (; column < end; column += LANES) {
        JOIN(NAMED(pairs), R, x, 1)(p, row, column, from, to);
    }
}

static void JOIN(NAMED(narrow_rows), R, , )(const product *p, int row, int column, int end) {
    for (; column + WIDE_NARROW * LANES <= end; column += WIDE_NARROW * LANES) {
        JOIN(NAMED(narrow), R, x, WIDE_NARROW)(p, row, column);
    }
    for (; column < end; column += LANES) {
        JOIN(NAMED(narrow), R, x, 1)(p, row, column);
    }
}

#undef WIDE_NARROW
#undef WIDE

#else /* one shape */

#if B == 1 || B == WIDE

static void JOIN(NAMED(pairs), R, x, B)(const product *p, int row, int column, int from, int to) {
    const int32_t *x = p->x + ((int64_t)row * p->words + (int64_t)from * R) * PAIR_WORDS;
#if PAIR_WORDS == 2
    const ints upper_half = SPREAD((int32_t)0xFFFF0000);
#endif
    COLUMNS(START)
    CELLS(LOAD_ACC)
    for (int word = from; word < to; word++, x += R * PAIR_WORDS) {
        COLUMNS(PAIRS)
        CELLS(DOT_EARLIER)
        CELLS(DOT_LATER)
    }
    CELLS(STORE_ACC)
}

#endif
#if B == 1 || B == WIDE_NARROW

static void JOIN(NAMED(narrow), R, x, B)(const product *p, int row, int column) {
    enum { BLOCKS = (B * LANES + BLOCK - 1) / BLOCK };
    const int32_t *x = p->x + (int64_t)row * p->words * PAIR_WORDS;
    const uint8_t *block[BLOCKS];
    const uint32_t *patch[BLOCKS], *end[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        block[i] = p->w + (column / BLOCK + i) * p->block_bytes;
        patch[i] = ((const narrow_head *)block[i])->patches;
        end[i] = patch[i] + ((const narrow_head *)block[i])->patch_count;
    }
    const ints low = SPREAD(0x0F0F0F0F);
#if PAIR_WORDS == 2
    const ints upper_half = SPREAD((int32_t)0xFFFF0000);
#endif
    COLUMNS(START)
    COLUMNS(NARROW)
    CELLS(ACC)
    for (int32_t quad = 0;; quad++) {
        int32_t stop = p->words / QUAD;
        for (int i = 0; i < BLOCKS; i++) {
            if (patch[i] < end[i] && PATCH_QUAD(*patch[i]) < stop) stop = PATCH_QUAD(*patch[i]);
        }
        for (; quad < stop; quad++) {
            COLUMNS(FIRST_TWO)
            WORD(ONE)
            WORD(OTHER)
            COLUMNS(LAST_TWO)
            WORD(ONE)
            WORD(OTHER)
            COLUMNS(NEXT_QUAD)
        }
        const int32_t left = p->words - quad * QUAD;
        if (left <= 0) break;
        uint8_t wide[BLOCKS][WIDE_QUAD];
        for (int i = 0; i < BLOCKS; i++) patch[i] = widen(block[i], quad, patch[i], end[i], wide[i]);
        for (int32_t word = 0; word < (left < QUAD ? left : QUAD); word++) WORD(WIDENED)
        COLUMNS(NEXT_QUAD)
    }
    CELLS(STORE_ACC)
}

#endif

#endif
