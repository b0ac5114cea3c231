/*
 * x W^T with the dot-product instructions that Java has no word for: for activations rounded to 8 bits and weights of 4 or 8
 * bits (bf16_products.c has those of bf16). The matrix lies in memory as Packing.java says, the activations as
 * exoflux_int8_inputs lays them out, and every sum has the order that package-info.java gives, so that the results are those of
 * the Java kernels to the last bit: sums of whole numbers are exact, and each fused multiply-add is spelled out (compile with
 * -ffp-contract=off).
 *
 * The file includes itself for few rows and for many, there for each number of rows of a tile, and there for each of its shapes
 * (see tiles.h).
 */
#ifndef FEW

#include "amx.h"
#include "bf16_products.h"
#include "rounding.h"
#include "tiles.h"
#include "vectors.h"

/* Sixteen signed bytes as four words, the bytes of each taken from `places`. */
static inline void fours(const int8_t *bytes, const int8_t *places, int32_t *words) {
#if LANES == 4
    vst1q_s32(words, vreinterpretq_s32_s8(vqtbl1q_s8(vld1q_s8(bytes), vld1q_u8((const uint8_t *)places))));
#else
    __m128i four = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)bytes), _mm_loadu_si128((const __m128i *)places));
    _mm_storeu_si128((__m128i *)words, four);
#endif
}

typedef struct {
    const uint8_t *w; /* first block */
    int64_t block_bytes, group_bytes;
    int32_t groups, words, scale_words;
    const int32_t *x;
    const float *steps, *sums; /* [rows][groups] */
    float *out;                /* [rows][stride] */
    int32_t stride;
} product;

typedef void (*int8_tile)(const product *p, int bits, int row, int column, int end);

/* What a tile is made of, beside what tiles.h has. */
#define SUM(r, b) ints sum##r##b = ZERO_INTS;
#define PART(r, b) ints part##r##b = WHOLE_PARTS ? sum##r##b : ZERO_INTS;
#define NIBBLES(b)                                     \
    FETCH(b, at##b + values + word * LINE)             \
    ints word##b = LOAD(at##b + values + word * LINE); \
    ints even##b = AND(word##b, low), odd##b = AND(SHIFT_RIGHT(word##b, 4), low);
#define DOT_EVEN(r, b) part##r##b = dot_nibbles(part##r##b, even##b, SPREAD(x[r]));
#define DOT_ODD(r, b) part##r##b = dot_nibbles(part##r##b, odd##b, SPREAD(x[R + r]));
#define WHOLE(r, b) sum##r##b = whole(sum##r##b, part##r##b);
#define BYTES(b)                           \
    FETCH(b, at##b + values + word * LINE) \
    ints word##b = dot_form_of_unsigned(LOAD(at##b + values + word * LINE));
#define DOT_BYTES(r, b) sum##r##b = dot_signed(sum##r##b, word##b, SPREAD(x[r]));
#define UNCENTRE(r, b) sum##r##b = ADD(sum##r##b, SPREAD(128 * (int32_t)sums[r * p->groups]));
#define SCALES(b)                                                                           \
    ints first##b = LOAD(at##b);                                                            \
    floats scale##b = AS_FLOATS(p->scale_words == 1 ? SHIFT_LEFT(first##b, 16) : first##b); \
    floats bias##b =                                                                        \
        AS_FLOATS(p->scale_words == 1 ? AND(first##b, SPREAD((int32_t)0xFFFF0000)) : LOAD(at##b + LINE)); \
    at##b += p->group_bytes;
#define ADD_GROUP(r, b)                                                                                            \
    acc##r##b = FMA(FMA(bias##b, SPREAD_FLOAT(sums[r * p->groups]), MULTIPLY(scale##b, TO_FLOATS(sum##r##b))),     \
            SPREAD_FLOAT(steps[r * p->groups]), acc##r##b);
#define FEW 0
#include __FILE__
#undef FEW
#define FEW 1
#include __FILE__
#undef FEW

/* Of so many rows those of a tile at most, for weights of so many bits, or 0 for what is not computed here. */
int32_t exoflux_tile_rows(int32_t bits, int32_t rows) {
    if (bits <= 8 && exoflux_tiled(rows)) return 1;
    const int few = rows <= FEW_ROWS;
    switch (bits) {
        case 4: return LANES != 16 ? 4 : few ? 8 : 5;
        case 8: return LANES != 16 ? 4 : few ? 8 : 6;
        case 16: return exoflux_bf16_tile_rows(rows);
        default: return 0;
    }
}
#define GROUP 128 /* inputs of the largest */

/*
 * Rounds the rows of a tile to 8 bits, group by group, and lays them out in fours: the signed bytes that meet the four bytes
 * of a word of weights. Of a word of eight 4-bit weights the even ones are taken first, then the odd ones, since that is how
 * they lie in its bytes. Quad i of all rows side by side.
 */
void exoflux_int8_inputs(
        const float *x, int64_t x_at, int32_t row_count, int32_t width, int32_t group, int32_t bits, int32_t *quads,
        int64_t quads_at, float *steps, float *sums, int64_t groups_at) {
    static const int8_t alternate[] = {0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15};
    static const int8_t straight[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    steps += groups_at;
    sums += groups_at;
    for (int row = 0; row < row_count; row++) {
        int32_t *to = quads + quads_at + row;
        for (int from = 0; from < width; from += group) {
            int8_t q[GROUP];
            round_group(x + x_at + (int64_t)row * width + from, group, q, steps++, sums++);
            for (int i = 0; i < group; i += 16, to += 4 * row_count) {
                int32_t words[4];
                fours(q + i, bits == 4 ? alternate : straight, words);
                for (int word = 0; word < 4; word++) to[word * row_count] = words[word];
            }
        }
    }
}

/* out[row][column] for all columns of the blocks from w on, which hold whole numbers of 4 or 8 bits in groups. */
void exoflux_int8_product(
        const uint8_t *w, int64_t block_bytes, int64_t group_bytes, int32_t groups, int32_t words, int32_t scale_words,
        int32_t bits, int32_t blocks, const int32_t *x, const float *steps, const float *sums, int32_t row_count,
        float *out) {
    if (exoflux_tiled(row_count)) {
        exoflux_tiled_product(
                w, block_bytes, group_bytes, groups, words, scale_words, bits, blocks, x, steps, sums, row_count, out);
        return;
    }
    const int columns = blocks * BLOCK;
    const product p = {w, block_bytes, group_bytes, groups, words, scale_words, x, steps, sums, out, columns};
    const int most = exoflux_tile_rows(bits, row_count);
    const int8_tile *tiles = row_count <= FEW_ROWS ? few_int8_tiles : many_int8_tiles;
    for (int column = 0; column < columns; column += PANEL) {
        int end = columns - column < PANEL ? columns : column + PANEL;
        for (int row = 0; row < row_count; row += most) {
            tiles[row_count - row < most ? row_count - row : most](&p, bits, row, column, end);
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
#if FEW
#define R 7
#include __FILE__
#undef R
#define R 8
#include __FILE__
#undef R
#endif
static const int8_tile NAMED(int8_tiles)[] = {
        0, NAMED(int8_rows1), NAMED(int8_rows2), NAMED(int8_rows3), NAMED(int8_rows4), NAMED(int8_rows5), NAMED(int8_rows6),
#if FEW
        few_int8_rows7, few_int8_rows8
#endif
};
#undef NAMED

#elif !defined(B) /* all shapes of so many rows */
#if FEW && LANES == 16
#define WIDE 1
#elif R > 2 || LANES == 8
#define WIDE 2
#else
#define WIDE 4
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
static void JOIN(NAMED(int8_rows), R, , )(const product *p, int bits, int row, int column, int end) {
    for (; column + WIDE * LANES <= end; column += WIDE * LANES) {
        bits == 4 ? JOIN(NAMED(nibbles), R, x, WIDE)(p, row, column) : JOIN(NAMED(bytes), R, x, WIDE)(p, row, column);
    }
    for (; column < end; column += LANES) {
        bits == 4 ? JOIN(NAMED(nibbles), R, x, 1)(p, row, column) : JOIN(NAMED(bytes), R, x, 1)(p, row, column);
    }
}

#undef WIDE

#else /* one shape */

#if B == 1 || B == WIDE

static void JOIN(NAMED(nibbles), R, x, B)(const product *p, int row, int column) {
    const int64_t values = (int64_t)p->scale_words * LINE;
    const int32_t *x = p->x + (int64_t)row * p->groups * p->words * 2;
    const float *sums = p->sums + (int64_t)row * p->groups, *steps = p->steps + (int64_t)row * p->groups;
    const ints low = SPREAD(0x0F0F0F0F);
    COLUMNS(START)
    CELLS(ACC)
    for (int group = 0; group < p->groups; group++, sums++, steps++) {
        CELLS(SUM)
        for (int step = 0; step < p->words; step += STEP) {
            CELLS(PART)
            for (int word = step; word < step + STEP; word++, x += 2 * R) {
                COLUMNS(NIBBLES)
                CELLS(DOT_EVEN)
                CELLS(DOT_ODD)
            }
            CELLS(WHOLE)
        }
        COLUMNS(SCALES)
        CELLS(ADD_GROUP)
    }
    CELLS(STORE_ACC)
}

static void JOIN(NAMED(bytes), R, x, B)(const product *p, int row, int column) {
    const int64_t values = (int64_t)p->scale_words * LINE;
    const int32_t *x = p->x + (int64_t)row * p->groups * p->words;
    const float *sums = p->sums + (int64_t)row * p->groups, *steps = p->steps + (int64_t)row * p->groups;
    COLUMNS(START)
    CELLS(ACC)
    for (int group = 0; group < p->groups; group++, sums++, steps++) {
        CELLS(SUM)
        for (int word = 0; word < p->words; word++, x += R) {
            COLUMNS(BYTES)
            CELLS(DOT_BYTES)
        }
#if !FROM_128
        CELLS(UNCENTRE)
#endif
        COLUMNS(SCALES)
        CELLS(ADD_GROUP)
    }
    CELLS(STORE_ACC)
}

#endif
#endif
