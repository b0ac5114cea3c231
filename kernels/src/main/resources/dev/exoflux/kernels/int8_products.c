/*
 * x W^T for activations rounded to 8 bits and weights of 4 or 8 bits, with the dot-product instructions that Java has no
 * word for. The matrix lies in memory as Packing.java says, the activations as Quads.java lays them out, and every sum has
 * the order that package-info.java gives, so that the results are those of the Java kernels to the last bit: sums of whole
 * numbers are exact, and each fused multiply-add is spelled out (compile with -ffp-contract=off).
 */
#include <immintrin.h>
#include <stdint.h>

#define BLOCK 16
#define LINE 64 /* bytes of one word of a block's rows */

#if defined(__AVX512VNNI__) && defined(__AVX512F__)

#define LANES 16
typedef __m512i ints;
typedef __m512 floats;
#define LOAD(p) _mm512_loadu_si512(p)
#define ZERO_INTS _mm512_setzero_si512()
#define ZERO_FLOATS _mm512_setzero_ps()
#define SPREAD(i) _mm512_set1_epi32(i)
#define SPREAD_FLOAT(f) _mm512_set1_ps(f)
#define ADD _mm512_add_epi32
#define AND _mm512_and_si512
#define SHIFT_RIGHT(v, n) _mm512_srli_epi32(v, n)
#define SHIFT_LEFT(v, n) _mm512_slli_epi32(v, n)
#define AS_FLOATS _mm512_castsi512_ps
#define TO_FLOATS _mm512_cvtepi32_ps
#define MULTIPLY _mm512_mul_ps
#define FMA _mm512_fmadd_ps
#define STORE _mm512_storeu_ps

#elif defined(__AVX2__) && defined(__FMA__)

#define LANES 8
typedef __m256i ints;
typedef __m256 floats;
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define ZERO_INTS _mm256_setzero_si256()
#define ZERO_FLOATS _mm256_setzero_ps()
#define SPREAD(i) _mm256_set1_epi32(i)
#define SPREAD_FLOAT(f) _mm256_set1_ps(f)
#define ADD _mm256_add_epi32
#define AND _mm256_and_si256
#define SHIFT_RIGHT(v, n) _mm256_srli_epi32(v, n)
#define SHIFT_LEFT(v, n) _mm256_slli_epi32(v, n)
#define AS_FLOATS _mm256_castsi256_ps
#define TO_FLOATS _mm256_cvtepi32_ps
#define MULTIPLY _mm256_mul_ps
#define FMA _mm256_fmadd_ps
#define STORE _mm256_storeu_ps

#else
#error "no dot products on this processor that Java would not do as well"
#endif

/*
 * part + the products of four unsigned bytes of w, at most 15 each, with four signed bytes of x: in 32-bit lanes, or in 16-bit
 * ones, which hold those of STEP words before whole() must add them up.
 */
static inline __attribute__((always_inline)) ints dot_nibbles(ints part, ints w, ints x) {
#if LANES == 16
    return _mm512_dpbusd_epi32(part, w, x);
#else
    return _mm256_add_epi16(part, _mm256_maddubs_epi16(w, x));
#endif
}

#define STEP 4

static inline __attribute__((always_inline)) ints whole(ints part) {
#if LANES == 16
    return part;
#else
    return _mm256_madd_epi16(part, _mm256_set1_epi16(1));
#endif
}

/*
 * sum + the same for bytes up to 255, whose products do not fit into 16 bits: there the weights are centred, and lend their sign
 * to the activations, which unlike them have no number without a negative.
 */
static inline __attribute__((always_inline)) ints dot_bytes(ints sum, ints w, ints x) {
#if LANES == 16
    return _mm512_dpbusd_epi32(sum, w, x);
#else
    ints centred = _mm256_xor_si256(w, _mm256_set1_epi8((char)0x80));
    ints pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(centred), _mm256_sign_epi8(x, centred));
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
#endif
}

typedef struct {
    const uint8_t *w; /* first block */
    int64_t block_bytes, group_bytes;
    int32_t groups, words, scale_words;
    const float *steps, *sums; /* [rows][groups] */
    float *out;                /* [rows][stride] */
    int32_t stride;
} product;

/* R rows from `row` on, whose quads lie at x, with B vectors of columns from `column` on. */
static inline __attribute__((always_inline)) void tile(
        const product *p, const int R, const int B, const int bits, const int32_t *x, int row, int column) {
    floats acc[R * B];
    const uint8_t *at[B];
#pragma GCC unroll 16
    for (int b = 0; b < B; b++) {
        int c = column + b * LANES;
        at[b] = p->w + (c / BLOCK) * p->block_bytes + (c % BLOCK) * 4;
    }
#pragma GCC unroll 16
    for (int i = 0; i < R * B; i++) acc[i] = ZERO_FLOATS;
    const ints low = SPREAD(0x0F0F0F0F);
    for (int g = 0; g < p->groups; g++) {
        ints sum[R * B];
#pragma GCC unroll 16
        for (int i = 0; i < R * B; i++) sum[i] = ZERO_INTS;
        const int64_t values = (int64_t)p->scale_words * LINE;
        if (bits == 4) {
            for (int word = 0; word < p->words; word += STEP) {
                ints part[R * B];
#pragma GCC unroll 16
                for (int i = 0; i < R * B; i++) part[i] = LANES == 16 ? sum[i] : ZERO_INTS;
                for (int w = word; w < word + STEP; w++, x += 2 * R) {
#pragma GCC unroll 16
                    for (int b = 0; b < B; b++) {
                        ints v = LOAD(at[b] + values + w * LINE);
                        ints even = AND(v, low), odd = AND(SHIFT_RIGHT(v, 4), low);
#pragma GCC unroll 16
                        for (int r = 0; r < R; r++) {
                            part[r * B + b] = dot_nibbles(part[r * B + b], even, SPREAD(x[r]));
                            part[r * B + b] = dot_nibbles(part[r * B + b], odd, SPREAD(x[R + r]));
                        }
                    }
                }
#pragma GCC unroll 16
                for (int i = 0; i < R * B; i++) sum[i] = LANES == 16 ? part[i] : ADD(sum[i], whole(part[i]));
            }
        } else {
            for (int word = 0; word < p->words; word++, x += R) {
#pragma GCC unroll 16
                for (int b = 0; b < B; b++) {
                    ints v = LOAD(at[b] + values + word * LINE);
#pragma GCC unroll 16
                    for (int r = 0; r < R; r++) sum[r * B + b] = dot_bytes(sum[r * B + b], v, SPREAD(x[r]));
                }
            }
        }
#pragma GCC unroll 16
        for (int b = 0; b < B; b++) {
            ints first = LOAD(at[b]);
            floats scale = AS_FLOATS(p->scale_words == 1 ? SHIFT_LEFT(first, 16) : first);
            floats bias = AS_FLOATS(p->scale_words == 1 ? AND(first, SPREAD((int32_t)0xFFFF0000)) : LOAD(at[b] + LINE));
            at[b] += p->group_bytes;
#pragma GCC unroll 16
            for (int r = 0; r < R; r++) {
                float total = p->sums[(int64_t)(row + r) * p->groups + g];
                ints products = sum[r * B + b];
#if LANES == 8
                if (bits == 8) products = ADD(products, SPREAD(128 * (int32_t)total));
#endif
                floats part = FMA(bias, SPREAD_FLOAT(total), MULTIPLY(scale, TO_FLOATS(products)));
                acc[r * B + b] = FMA(part, SPREAD_FLOAT(p->steps[(int64_t)(row + r) * p->groups + g]), acc[r * B + b]);
            }
        }
    }
#pragma GCC unroll 16
    for (int r = 0; r < R; r++)
#pragma GCC unroll 16
        for (int b = 0; b < B; b++) STORE(p->out + (int64_t)(row + r) * p->stride + column + b * LANES, acc[r * B + b]);
}

#define TILES(R, B)                                                                          \
    case R:                                                                                  \
        for (; column + B * LANES <= end; column += B * LANES)                               \
            bits == 4 ? tile(p, R, B, 4, x, row, column) : tile(p, R, B, 8, x, row, column); \
        for (; column < end; column += LANES)                                                \
            bits == 4 ? tile(p, R, 1, 4, x, row, column) : tile(p, R, 1, 8, x, row, column); \
        break;

/* The shapes fill the registers without spilling. */
static void rows(const product *p, int bits, int count, const int32_t *x, int row, int column, int end) {
    switch (count) {
        TILES(1, 4)
        TILES(2, 4)
        TILES(3, 2)
        TILES(4, 2)
#if LANES == 16
        TILES(5, 1)
        TILES(6, 1)
        TILES(7, 1)
        TILES(8, 1)
#endif
    }
}

/* Rows of a tile at most; the Java side lays the activations out by it. */
int32_t exoflux_tile_rows(void) { return LANES == 16 ? 8 : 4; }

/* Columns that all rows pass over before the next are read: few enough to stay in the second-level cache. */
#define PANEL (4 * BLOCK)

/* out[row][column] for all columns of the blocks from w on. */
void exoflux_int8_product(
        const uint8_t *w, int64_t block_bytes, int64_t group_bytes, int32_t groups, int32_t words, int32_t scale_words,
        int32_t bits, int32_t blocks, const int32_t *x, const float *steps, const float *sums, int32_t row_count,
        float *out) {
    const int columns = blocks * BLOCK;
    const product p = {w, block_bytes, group_bytes, groups, words, scale_words, steps, sums, out, columns};
    const int64_t quads = (int64_t)groups * words * (bits == 4 ? 2 : 1);
    const int most = exoflux_tile_rows();
    for (int column = 0; column < columns; column += PANEL) {
        int end = columns - column < PANEL ? columns : column + PANEL;
        for (int row = 0; row < row_count; row += most) {
            int count = row_count - row < most ? row_count - row : most;
            rows(&p, bits, count, x + row * quads, row, column, end);
        }
    }
}
