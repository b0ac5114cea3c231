/*
 * x W^T with the dot-product instructions that Java has no word for: for activations rounded to 8 bits and weights of 4 or 8
 * bits, and for bf16. The matrix lies in memory as Packing.java says, the activations as exoflux_int8_inputs and
 * exoflux_bf16_inputs lay them out, and every sum has the order that package-info.java gives, so that the results are those of
 * the Java kernels to the last bit: sums of whole numbers are exact, and each fused multiply-add is spelled out (compile with
 * -ffp-contract=off).
 *
 * The file includes itself for each shape of a tile, R rows by B vectors of columns: compilers keep a sum in a register if
 * it has a name of its own, but not always if it is an element of an array.
 */
#ifndef R

#include <stdint.h>

#define BLOCK 16
#define LINE 64 /* bytes of one word of a block's rows */

/*
 * What processors call what is needed here, for vectors of LANES lanes of 32 bits; and what their registers have room for:
 * vectors of scores and of values (attention) that a tile has of each query.
 */
#if defined(__AVX512VNNI__) && defined(__AVX512F__)

#include <immintrin.h>
#define LANES 16
#define SCORES 4
#define VALUE_VECTORS 2
typedef __m512i ints;
typedef __m512 floats;
#define LOAD(p) _mm512_loadu_si512(p)
#define ZERO_INTS _mm512_setzero_si512()
#define ZERO_FLOATS _mm512_setzero_ps()
#define SPREAD(i) _mm512_set1_epi32(i)
#define SPREAD_FLOAT(f) _mm512_set1_ps(f)
#define ADD _mm512_add_epi32
#define SUBTRACT _mm512_sub_epi32
#define AND _mm512_and_si512
#define SHIFT_RIGHT(v, n) _mm512_srli_epi32(v, n)
#define SHIFT_LEFT(v, n) _mm512_slli_epi32(v, n)
#define HALVE(v) _mm512_srai_epi32(v, 1)
#define AS_FLOATS _mm512_castsi512_ps
#define AS_INTS _mm512_castps_si512
#define TO_FLOATS _mm512_cvtepi32_ps
#define ADD_FLOATS _mm512_add_ps
#define SUBTRACT_FLOATS _mm512_sub_ps
#define MULTIPLY _mm512_mul_ps
#define FMA _mm512_fmadd_ps
#define LARGER _mm512_max_ps
#define WHERE_LESS(a, b, yes, no) _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes)
#define LOAD_FLOATS _mm512_loadu_ps
#define STORE _mm512_storeu_ps

#elif defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>
#define LANES 8
#define SCORES 2
#define VALUE_VECTORS 1
typedef __m256i ints;
typedef __m256 floats;
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define ZERO_INTS _mm256_setzero_si256()
#define ZERO_FLOATS _mm256_setzero_ps()
#define SPREAD(i) _mm256_set1_epi32(i)
#define SPREAD_FLOAT(f) _mm256_set1_ps(f)
#define ADD _mm256_add_epi32
#define SUBTRACT _mm256_sub_epi32
#define AND _mm256_and_si256
#define SHIFT_RIGHT(v, n) _mm256_srli_epi32(v, n)
#define SHIFT_LEFT(v, n) _mm256_slli_epi32(v, n)
#define HALVE(v) _mm256_srai_epi32(v, 1)
#define AS_FLOATS _mm256_castsi256_ps
#define AS_INTS _mm256_castps_si256
#define TO_FLOATS _mm256_cvtepi32_ps
#define ADD_FLOATS _mm256_add_ps
#define SUBTRACT_FLOATS _mm256_sub_ps
#define MULTIPLY _mm256_mul_ps
#define FMA _mm256_fmadd_ps
#define LARGER _mm256_max_ps
#define WHERE_LESS(a, b, yes, no) _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_LT_OQ))
#define LOAD_FLOATS _mm256_loadu_ps
#define STORE _mm256_storeu_ps

#elif defined(__ARM_FEATURE_DOTPROD)

#include <arm_neon.h>
#define LANES 4
#define SCORES 4
#define VALUE_VECTORS 2
typedef int32x4_t ints;
typedef float32x4_t floats;
#define LOAD(p) vreinterpretq_s32_u8(vld1q_u8((const uint8_t *)(p)))
#define ZERO_INTS vdupq_n_s32(0)
#define ZERO_FLOATS vdupq_n_f32(0)
#define SPREAD(i) vdupq_n_s32(i)
#define SPREAD_FLOAT(f) vdupq_n_f32(f)
#define ADD vaddq_s32
#define SUBTRACT vsubq_s32
#define AND vandq_s32
#define SHIFT_RIGHT(v, n) vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(v), n))
#define SHIFT_LEFT(v, n) vshlq_n_s32(v, n)
#define HALVE(v) vshrq_n_s32(v, 1)
#define AS_FLOATS vreinterpretq_f32_s32
#define AS_INTS vreinterpretq_s32_f32
#define TO_FLOATS vcvtq_f32_s32
#define ADD_FLOATS vaddq_f32
#define SUBTRACT_FLOATS vsubq_f32
#define MULTIPLY vmulq_f32
#define FMA(a, b, c) vfmaq_f32(c, a, b)
#define LARGER vmaxq_f32
#define WHERE_LESS(a, b, yes, no) vbslq_f32(vcltq_f32(a, b), yes, no)
#define LOAD_FLOATS vld1q_f32
#define STORE vst1q_f32

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
#elif LANES == 8
    return _mm256_add_epi16(part, _mm256_maddubs_epi16(w, x));
#else
    return vdotq_s32(part, vreinterpretq_s8_s32(w), vreinterpretq_s8_s32(x));
#endif
}

#define STEP 4

/* Whether parts have lanes of 32 bits, and so are the sum. */
#define WHOLE_PARTS (LANES != 8)

/* sum + what the parts hold. */
static inline __attribute__((always_inline)) ints whole(ints sum, ints part) {
#if WHOLE_PARTS
    (void)sum;
    return part;
#else
    return _mm256_add_epi32(sum, _mm256_madd_epi16(part, _mm256_set1_epi16(1)));
#endif
}

/* Whether weights of 8 bits are taken less 128, so that 128 times the sum of the activations must be added. */
#define CENTRED (LANES != 16)

/*
 * sum + the products of four bytes of w up to 255 with four signed bytes of x. On AVX2 their sums do not fit into 16 bits: there
 * centred weights lend their sign to the activations, which unlike them have no number without a negative.
 */
static inline __attribute__((always_inline)) ints dot_bytes(ints sum, ints w, ints x) {
#if LANES == 16
    return _mm512_dpbusd_epi32(sum, w, x);
#elif LANES == 8
    ints centred = _mm256_xor_si256(w, _mm256_set1_epi8((char)0x80));
    ints pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(centred), _mm256_sign_epi8(x, centred));
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
#else
    int8x16_t centred = veorq_s8(vreinterpretq_s8_s32(w), vdupq_n_s8((int8_t)0x80));
    return vdotq_s32(sum, centred, vreinterpretq_s8_s32(x));
#endif
}

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

#define JOIN(a, b, c, d) JOINED(a, b, c, d)
#define JOINED(a, b, c, d) a##b##c##d

/* f(r, b) for each row of a tile and each vector of its columns; f(b) for each vector. */
#define CELLS(f) JOIN(ROWS, R, , )(f, B)
#define ROWS1(f, n) ROW(f, 0, n)
#define ROWS2(f, n) ROWS1(f, n) ROW(f, 1, n)
#define ROWS3(f, n) ROWS2(f, n) ROW(f, 2, n)
#define ROWS4(f, n) ROWS3(f, n) ROW(f, 3, n)
#define ROWS5(f, n) ROWS4(f, n) ROW(f, 4, n)
#define ROWS6(f, n) ROWS5(f, n) ROW(f, 5, n)
#define ROWS7(f, n) ROWS6(f, n) ROW(f, 6, n)
#define ROWS8(f, n) ROWS7(f, n) ROW(f, 7, n)
#define ROW(f, r, n) JOIN(ROW, n, , )(f, r)
#define ROW1(f, r) f(r, 0)
#define ROW2(f, r) f(r, 0) f(r, 1)
#define ROW4(f, r) ROW2(f, r) f(r, 2) f(r, 3)
#define COLUMNS(f) JOIN(COLUMNS, B, , )(f)
#define COLUMNS1(f) f(0)
#define COLUMNS2(f) f(0) f(1)
#define COLUMNS4(f) COLUMNS2(f) f(2) f(3)

/*
 * What a tile is made of. Two to four vectors of columns share each activation that is spread over the lanes; more would not
 * leave registers for the sums.
 */
#define START(b) \
    const uint8_t *at##b = p->w + (column + b * LANES) / BLOCK * p->block_bytes + (column + b * LANES) % BLOCK * 4;
#define ACC(r, b) floats acc##r##b = ZERO_FLOATS;
#define SUM(r, b) ints sum##r##b = ZERO_INTS;
#define PART(r, b) ints part##r##b = WHOLE_PARTS ? sum##r##b : ZERO_INTS;
#define NIBBLES(b)                                     \
    ints word##b = LOAD(at##b + values + word * LINE); \
    ints even##b = AND(word##b, low), odd##b = AND(SHIFT_RIGHT(word##b, 4), low);
#define DOT_EVEN(r, b) part##r##b = dot_nibbles(part##r##b, even##b, SPREAD(x[r]));
#define DOT_ODD(r, b) part##r##b = dot_nibbles(part##r##b, odd##b, SPREAD(x[R + r]));
#define WHOLE(r, b) sum##r##b = whole(sum##r##b, part##r##b);
#define BYTES(b) ints word##b = LOAD(at##b + values + word * LINE);
#define DOT_BYTES(r, b) sum##r##b = dot_bytes(sum##r##b, word##b, SPREAD(x[r]));
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
#define OUT(r, b) (p->out + (int64_t)(row + r) * p->stride + column + b * LANES)
#define STORE_ACC(r, b) STORE(OUT(r, b), acc##r##b);
#define LOAD_ACC(r, b) floats acc##r##b = from == 0 ? ZERO_FLOATS : LOAD_FLOATS(OUT(r, b));
#define PAIRS(b) __m512bh word##b = (__m512bh)LOAD(at##b + (int64_t)word * LINE);
#define DOT_PAIRS(r, b) acc##r##b = _mm512_dpbf16_ps(acc##r##b, word##b, (__m512bh)SPREAD(x[r]));

#define SCORE(r, b) floats acc##r##b = ZERO_FLOATS;
#define KEYS(b)                                                                 \
    __builtin_prefetch(at + b * LANES / BLOCK * tile + b * LANES % BLOCK * 4 + ahead, 0, 2); \
    ints word##b = LOAD(at + b * LANES / BLOCK * tile + b * LANES % BLOCK * 4); \
    floats even##b = AS_FLOATS(SHIFT_LEFT(word##b, 16)), odd##b = AS_FLOATS(AND(word##b, high));
#define EVEN_KEYS(r, b) acc##r##b = FMA(even##b, SPREAD_FLOAT(a->q[query + r][2 * i]), acc##r##b);
#define ODD_KEYS(r, b) acc##r##b = FMA(odd##b, SPREAD_FLOAT(a->q[query + r][2 * i + 1]), acc##r##b);
#define STORE_SCORE(r, b) \
    STORE(a->work + (query + r) * (int64_t)a->span + to + slot + b * LANES, MULTIPLY(acc##r##b, SPREAD_FLOAT(a->scale)));
#define LOWER(r, b) (a->out + (query + r) * a->stride + word + b * LANES)
#define UPPER(r, b) (LOWER(r, b) + a->stride / 2)
#define LOAD_SUMS(r, b) floats lower##r##b = LOAD_FLOATS(LOWER(r, b)), upper##r##b = LOAD_FLOATS(UPPER(r, b));
#define VALUES(b)                                   \
    __builtin_prefetch(line + b * LANES * 4 + ahead, 0, 2); \
    ints words##b = LOAD(line + b * LANES * 4);     \
    floats even##b = AS_FLOATS(SHIFT_LEFT(words##b, 16)), odd##b = AS_FLOATS(AND(words##b, high));
#define ADD_VALUES(r, b)                                                                             \
    lower##r##b = FMA(SPREAD_FLOAT(a->work[(query + r) * (int64_t)a->span + position]), even##b, lower##r##b); \
    upper##r##b = FMA(SPREAD_FLOAT(a->work[(query + r) * (int64_t)a->span + position]), odd##b, upper##r##b);
#define STORE_SUMS(r, b) STORE(LOWER(r, b), lower##r##b), STORE(UPPER(r, b), upper##r##b);

/* Positions of a block of the KV cache, and queries that pass over it together at most. */
#define POSITIONS 64
#define QUERIES 16

typedef struct {
    const float *q[QUERIES]; /* each [head_dim] */
    int head_dim, stride;    /* of values: elements rounded up to whole vectors */
    float scale;
    float *work; /* [queries][span]: scores, then weights */
    float *out;  /* [queries][stride] */
    int span;
} attention;

#define R 1
#include __FILE__
#define R 2
#include __FILE__
#define R 3
#include __FILE__
#define R 4
#include __FILE__
#define R 5
#include __FILE__
#define R 6
#include __FILE__
#define R 7
#include __FILE__
#define R 8
#include __FILE__

/* The twin of ScalarMath.java's exp. */
static inline __attribute__((always_inline)) floats exponential(floats x) {
    const floats round = SPREAD_FLOAT(0x1.8p23f);
    const ints one = SPREAD(127);
    floats shifted = ADD_FLOATS(MULTIPLY(x, SPREAD_FLOAT(1.442695f)), round);
    floats n = SUBTRACT_FLOATS(shifted, round);
    floats r = FMA(n, SPREAD_FLOAT(-0x1.63p-1f), x);
    r = FMA(n, SPREAD_FLOAT(2.12194440e-4f), r);
    floats p = FMA(SPREAD_FLOAT(1.f / 5040), r, SPREAD_FLOAT(1.f / 720));
    p = FMA(p, r, SPREAD_FLOAT(1.f / 120));
    p = FMA(p, r, SPREAD_FLOAT(1.f / 24));
    p = FMA(p, r, SPREAD_FLOAT(1.f / 6));
    p = FMA(p, r, SPREAD_FLOAT(1.f / 2));
    p = FMA(p, r, SPREAD_FLOAT(1));
    p = FMA(p, r, SPREAD_FLOAT(1));
    ints exponent = SUBTRACT(AS_INTS(shifted), AS_INTS(round));
    ints half = HALVE(exponent), rest = SUBTRACT(exponent, half);
    p = MULTIPLY(p, AS_FLOATS(SHIFT_LEFT(ADD(half, one), 23)));
    p = MULTIPLY(p, AS_FLOATS(SHIFT_LEFT(ADD(rest, one), 23)));
    p = WHERE_LESS(x, SPREAD_FLOAT(-87.33654f), ZERO_FLOATS, p);
    return WHERE_LESS(SPREAD_FLOAT(88.72283f), x, SPREAD_FLOAT(__builtin_inff()), p);
}

/* Turns scores to weights; gives their sum, added up in 16 parts and those by halves. */
static float softmax(float *scores, int count) {
    floats most = LOAD_FLOATS(scores);
    for (int i = LANES; i < count; i += LANES) most = LARGER(LOAD_FLOATS(scores + i), most);
    float parts[16];
    STORE(parts, most);
    float largest = parts[0];
    for (int i = 1; i < LANES; i++) largest = parts[i] > largest ? parts[i] : largest;
    for (int lane = 0; lane < 16; lane += LANES) {
        floats sum = ZERO_FLOATS;
        for (int i = lane; i < count; i += 16) {
            floats weight = exponential(SUBTRACT_FLOATS(LOAD_FLOATS(scores + i), SPREAD_FLOAT(largest)));
            STORE(scores + i, weight);
            sum = ADD_FLOATS(sum, weight);
        }
        STORE(parts + lane, sum);
    }
    for (int half = 8; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) parts[i] += parts[i + half];
    }
    return parts[0];
}

/* `ahead` bytes from a block lies the next, which is fetched meanwhile. */
static void scores(const attention *a, int queries, const uint8_t *keys, int64_t ahead, int to) {
    int query = 0;
    for (; query + 4 <= queries; query += 4) scores4(a, query, keys, ahead, to);
    for (; query + 2 <= queries; query += 2) scores2(a, query, keys, ahead, to);
    for (; query < queries; query++) scores1(a, query, keys, ahead, to);
}

static void values(const attention *a, int queries, const uint8_t *values, int64_t ahead, int from, int to) {
    int query = 0;
    for (; query + 4 <= queries; query += 4) values4(a, query, values, ahead, from, to);
    for (; query + 2 <= queries; query += 2) values2(a, query, values, ahead, from, to);
    for (; query < queries; query++) values1(a, query, values, ahead, from, to);
}

/*
 * The query heads that share one key/value head, for rows at positions that follow each other, over a KV cache in bf16 as
 * KvLayout.java lays it out. The first block is the one that the first row's first visible position lies in; a row sees the
 * last `window` positions up to its own. q and out have `row_width` elements a row; work has room for
 * QUERIES * (block_count * POSITIONS + stride) floats; heads * row_count is QUERIES at most.
 */
void exoflux_attention(
        const float *q, int32_t row_count, int32_t row_width, int32_t heads, int32_t head_dim, int32_t stride, float scale,
        const int64_t *blocks, int32_t block_count, int32_t first_block, int32_t position, int32_t window, float *work,
        float *out) {
    const int queries = row_count * heads, span = block_count * POSITIONS, start = first_block * POSITIONS;
    const int64_t key_bytes = (int64_t)POSITIONS * head_dim * 2;
    attention a = {.head_dim = head_dim, .stride = stride, .scale = scale, .work = work, .span = span};
    a.out = work + (int64_t)queries * span;
    for (int i = 0; i < queries; i++) a.q[i] = q + (int64_t)(i / heads) * row_width + i % heads * head_dim;
    for (int block = 0; block < block_count; block++) {
        int64_t ahead = block + 1 < block_count ? blocks[block + 1] - blocks[block] : 0;
        scores(&a, queries, (const uint8_t *)blocks[block], ahead, block * POSITIONS);
    }
    float totals[QUERIES];
    int seen = span; /* from here on a row sees something, as an offset into the span */
    for (int i = 0; i < queries; i++) {
        int last = position + i / heads, first = last - window + 1 > 0 ? last - window + 1 : 0;
        float *row = work + (int64_t)i * span;
        for (int p = 0; p < first - start; p++) row[p] = -__builtin_inff();
        for (int p = last + 1 - start; p < span; p++) row[p] = -__builtin_inff();
        totals[i] = softmax(row, span);
        seen = first - start < seen ? first - start : seen;
    }
    const int end = position + row_count - start;
    for (int i = 0; i < queries * stride; i++) a.out[i] = 0;
    for (int block = 0; block < block_count; block++) {
        int from = seen > block * POSITIONS ? seen : block * POSITIONS;
        int to = end < (block + 1) * POSITIONS ? end : (block + 1) * POSITIONS;
        const uint8_t *first = (const uint8_t *)blocks[block] + key_bytes + (int64_t)(from - block * POSITIONS) * stride * 2;
        values(&a, queries, first, block + 1 < block_count ? blocks[block + 1] - blocks[block] : 0, from, to);
    }
    for (int i = 0; i < queries; i++) {
        float *to = out + (int64_t)(i / heads) * row_width + i % heads * head_dim;
        for (int e = 0; e < head_dim; e++) to[e] = a.out[i * stride + e] / totals[i];
    }
}

/*
 * Of so many rows those of a tile at most, for weights of so many bits, or 0 for what is not computed here. A few rows wait
 * for memory: in bf16 they pass together, so that nothing is computed while nothing is read.
 */
int32_t exoflux_tile_rows(int32_t bits, int32_t rows) {
    (void)rows;
    switch (bits) {
        case 4: return LANES == 16 ? 5 : 4;
        case 8: return LANES == 16 ? 6 : 4;
#ifdef __AVX512BF16__
        case 16: return rows <= 8 ? 8 : 6;
#endif
        default: return 0;
    }
}

#define INFINITE 0x7F800000
#define LARGEST 127
#define NEAREST 0x1.8p23f /* added and taken away again it leaves the nearest whole number, the even one of two */

static int32_t bits_of(float f) {
    union {
        float f;
        int32_t i;
    } u = {f};
    return u.i;
}

static float float_of(int32_t i) {
    union {
        int32_t i;
        float f;
    } u = {i};
    return u.f;
}

/* As Int8Rounding.java rounds a group: whole numbers to q. */
static void round_group(const float *restrict x, int32_t size, int8_t *restrict q, float *step, float *sum) {
    int32_t largest = 0; /* among magnitudes the bits of floats are in their order, and those of no numbers beyond */
    for (int i = 0; i < size; i++) {
        int32_t magnitude = bits_of(x[i]) & 0x7FFFFFFF;
        largest = magnitude > largest ? magnitude : largest;
    }
    const float each = float_of(largest) / LARGEST;
    const int finite = largest < INFINITE, counts = finite && each >= 0x1p-126f;
    const float inverse = counts ? 1 / each : 0;
    int32_t total = 0;
    for (int i = 0; i < size; i++) {
        int32_t whole = (int32_t)((counts ? x[i] : 0) * inverse + NEAREST - NEAREST);
        q[i] = (int8_t)whole;
        total += whole;
    }
    *step = counts ? each : finite ? 0 : float_of(0x7FC00000);
    *sum = (float)total;
}

#define GROUP 128 /* inputs of the largest */

/*
 * Rounds the rows of a tile to 8 bits, group by group, and lays them out in fours: the signed bytes that meet the four bytes
 * of a word of weights. Of a word of eight 4-bit weights the even ones are taken first, then the odd ones, since that is how
 * they lie in its bytes. Quad i of all rows side by side.
 */
void exoflux_int8_inputs(
        const float *x, int32_t row_count, int32_t width, int32_t group, int32_t bits, int32_t *quads, float *steps,
        float *sums) {
    static const int8_t alternate[] = {0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15};
    static const int8_t straight[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (int row = 0; row < row_count; row++) {
        int32_t *to = quads + row;
        for (int from = 0; from < width; from += group) {
            int8_t q[GROUP];
            round_group(x + (int64_t)row * width + from, group, q, steps++, sums++);
            for (int i = 0; i < group; i += 16, to += 4 * row_count) {
                int32_t words[4];
                fours(q + i, bits == 4 ? alternate : straight, words);
                for (int word = 0; word < 4; word++) to[word * row_count] = words[word];
            }
        }
    }
}

#ifdef __AVX512BF16__

/* As Bf16.java rounds: numbers below the least normal one to 0, and no number to the one of Java. */
static uint32_t round_bf16(float x) {
    const uint32_t bits = (uint32_t)bits_of(x), magnitude = bits & 0x7FFFFFFF;
    const uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    return magnitude > INFINITE ? 0x7FC0 : magnitude < 0x00800000 ? bits >> 16 & 0x8000 : rounded;
}

/* Rounds the rows of a tile to bf16 and lays them out in pairs, the earlier in the upper half; pair i of all rows side by side. */
void exoflux_bf16_inputs(const float *x, int32_t row_count, int32_t width, int32_t *pairs) {
    for (int row = 0; row < row_count; row++) {
        const float *from = x + (int64_t)row * width;
        int32_t *to = pairs + row;
        for (int i = 0; i + 1 < width; i += 2, to += row_count) {
            *to = (int32_t)(round_bf16(from[i]) << 16 | round_bf16(from[i + 1]));
        }
        if (width % 2 == 1) *to = (int32_t)(round_bf16(from[width - 1]) << 16);
    }
}

#endif

/* Columns that all rows pass over before the next are read: few enough to stay in the second-level cache. */
#define PANEL (4 * BLOCK)

static void int8_rows(const product *p, int bits, int count, int row, int column, int end) {
    switch (count) {
        case 1: int8_rows1(p, bits, row, column, end); break;
        case 2: int8_rows2(p, bits, row, column, end); break;
        case 3: int8_rows3(p, bits, row, column, end); break;
        case 4: int8_rows4(p, bits, row, column, end); break;
        case 5: int8_rows5(p, bits, row, column, end); break;
        case 6: int8_rows6(p, bits, row, column, end); break;
    }
}

/* out[row][column] for all columns of the blocks from w on, which hold whole numbers of 4 or 8 bits in groups. */
void exoflux_int8_product(
        const uint8_t *w, int64_t block_bytes, int64_t group_bytes, int32_t groups, int32_t words, int32_t scale_words,
        int32_t bits, int32_t blocks, const int32_t *x, const float *steps, const float *sums, int32_t row_count,
        float *out) {
    const int columns = blocks * BLOCK;
    const product p = {w, block_bytes, group_bytes, groups, words, scale_words, x, steps, sums, out, columns};
    const int most = exoflux_tile_rows(bits, row_count);
    for (int column = 0; column < columns; column += PANEL) {
        int end = columns - column < PANEL ? columns : column + PANEL;
        for (int row = 0; row < row_count; row += most) {
            int8_rows(&p, bits, row_count - row < most ? row_count - row : most, row, column, end);
        }
    }
}

#ifdef __AVX512BF16__

static void bf16_rows(const product *p, int count, int row, int column, int end, int from, int to) {
    switch (count) {
        case 1: bf16_rows1(p, row, column, end, from, to); break;
        case 2: bf16_rows2(p, row, column, end, from, to); break;
        case 3: bf16_rows3(p, row, column, end, from, to); break;
        case 4: bf16_rows4(p, row, column, end, from, to); break;
        case 5: bf16_rows5(p, row, column, end, from, to); break;
        case 6: bf16_rows6(p, row, column, end, from, to); break;
        case 7: bf16_rows7(p, row, column, end, from, to); break;
        case 8: bf16_rows8(p, row, column, end, from, to); break;
    }
}

/* Words of a panel that all rows pass over before the next are read: as above. */
#define DEPTH 512

/* out[row][column] for all columns of the blocks from w on, which hold pairs of bf16 numbers. */
void exoflux_bf16_product(
        const uint8_t *w, int64_t block_bytes, int32_t words, int32_t blocks, const int32_t *x, int32_t row_count,
        float *out) {
    const int columns = blocks * BLOCK;
    const product p = {w, block_bytes, block_bytes, 1, words, 0, x, 0, 0, out, columns};
    const int most = exoflux_tile_rows(16, row_count);
    for (int column = 0; column < columns; column += PANEL) {
        int end = columns - column < PANEL ? columns : column + PANEL;
        for (int from = 0; from < words; from += DEPTH) {
            int to = words - from < DEPTH ? words : from + DEPTH;
            for (int row = 0; row < row_count; row += most) {
                bf16_rows(&p, row_count - row < most ? row_count - row : most, row, column, end, from, to);
            }
        }
    }
}

#endif

#elif !defined(B) /* all shapes of so many rows */

#if R > 2
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

#if R == 1 || R == 2 || R == 4
/* Adds the values at the positions [from, to) of the span, of which `at` is the first, each times its weight. */
static void JOIN(values, R, , )(const attention *a, int query, const uint8_t *at, int64_t ahead, int from, int to) {
    int word = 0;
#if VALUE_VECTORS == 2
    for (; word + 2 * LANES <= a->stride / 2; word += 2 * LANES) {
        JOIN(values, R, x, 2)(a, query, at, ahead, from, to, word);
    }
#endif
    for (; word < a->stride / 2; word += LANES) JOIN(values, R, x, 1)(a, query, at, ahead, from, to, word);
}
#endif

#if R <= 6
static void JOIN(int8_rows, R, , )(const product *p, int bits, int row, int column, int end) {
    for (; column + WIDE * LANES <= end; column += WIDE * LANES) {
        bits == 4 ? JOIN(nibbles, R, x, WIDE)(p, row, column) : JOIN(bytes, R, x, WIDE)(p, row, column);
    }
    for (; column < end; column += LANES) {
        bits == 4 ? JOIN(nibbles, R, x, 1)(p, row, column) : JOIN(bytes, R, x, 1)(p, row, column);
    }
}

#endif

#ifdef __AVX512BF16__
#if R <= 6
#define WIDE_PAIRS 4
#else
#define WIDE_PAIRS 2
#endif
static void JOIN(bf16_rows, R, , )(const product *p, int row, int column, int end, int from, int to) {
    for (; column + WIDE_PAIRS * LANES <= end; column += WIDE_PAIRS * LANES) {
        JOIN(pairs, R, x, WIDE_PAIRS)(p, row, column, from, to);
    }
    for (; column < end; column += LANES) {
        JOIN(pairs, R, x, 1)(p, row, column, from, to);
    }
}
#undef WIDE_PAIRS
#endif

#undef WIDE
#undef R

#else /* one shape */

#if R <= 6 && (B == 1 || B == WIDE)

static void JOIN(nibbles, R, x, B)(const product *p, int row, int column) {
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

static void JOIN(bytes, R, x, B)(const product *p, int row, int column) {
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
#if CENTRED
        CELLS(UNCENTRE)
#endif
        COLUMNS(SCALES)
        CELLS(ADD_GROUP)
    }
    CELLS(STORE_ACC)
}

#endif

#if (R == 1 || R == 2 || R == 4) && B == SCORES

/* Scores of all positions of a block, also of those that are not there: they are hidden afterwards. */
static void JOIN(scores, R, , )(const attention *a, int query, const uint8_t *keys, int64_t ahead, int to) {
    const ints high = SPREAD((int32_t)0xFFFF0000);
    const int64_t tile = (int64_t)a->head_dim / 2 * LINE; /* bytes of the keys of 16 positions */
    for (int slot = 0; slot < POSITIONS; slot += B * LANES) {
        const uint8_t *at = keys + slot / BLOCK * tile + slot % BLOCK * 4;
        CELLS(SCORE)
        for (int i = 0; i < a->head_dim / 2; i++, at += LINE) {
            COLUMNS(KEYS)
            CELLS(EVEN_KEYS)
            CELLS(ODD_KEYS)
        }
        CELLS(STORE_SCORE)
    }
}

#endif

#if (R == 1 || R == 2 || R == 4) && B <= VALUE_VECTORS

/* For the elements from `word` on, B vectors of them in the lower halves of the words and as many in the upper. */
static void JOIN(values, R, x, B)(
        const attention *a, int query, const uint8_t *at, int64_t ahead, int from, int to, int word) {
    const ints high = SPREAD((int32_t)0xFFFF0000);
    const uint8_t *line = at + word * 4;
    CELLS(LOAD_SUMS)
    for (int position = from; position < to; position++, line += a->stride * 2) {
        COLUMNS(VALUES)
        CELLS(ADD_VALUES)
    }
    CELLS(STORE_SUMS)
}

#endif

#if defined(__AVX512BF16__) && (B == 1 || B == (R <= 6 ? 4 : 2))

/* The instruction adds the product of the upper halves of a word first, which hold the earlier of its two numbers. */
static void JOIN(pairs, R, x, B)(const product *p, int row, int column, int from, int to) {
    const int32_t *x = p->x + (int64_t)row * p->words + (int64_t)from * R;
    COLUMNS(START)
    CELLS(LOAD_ACC)
    for (int word = from; word < to; word++, x += R) {
        COLUMNS(PAIRS)
        CELLS(DOT_PAIRS)
    }
    CELLS(STORE_ACC)
}

#endif

#endif
