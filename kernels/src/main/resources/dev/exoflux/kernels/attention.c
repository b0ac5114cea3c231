/*
 * Attention over a KV cache as KvLayout.java lays it out, for the query heads that share one key/value head. Every sum has the
 * order that package-info.java gives, so that the results are those of the Java kernels to the last bit.
 *
 * The file includes itself for each shape of a tile, R queries by B vectors of positions or of elements (see tiles.h).
 */
#ifndef R

#include "rounding.h"
#include "tiles.h"
#include "vectors.h"

/* Positions of a block of the KV cache, and queries that pass over it together at most. */
#define POSITIONS 64
#define QUERIES 16

/* Elements of a head at most where keys and values are whole numbers: their sums must fit the 24 bits of a float. */
#define ELEMENTS 1024

typedef struct {
    int queries, head_dim, key_words, stride; /* of values: elements rounded up to whole vectors */
    const float *q[QUERIES];                  /* bf16: each [head_dim] */
    const int32_t *fours;                     /* 8 bits: [queries][key_words], the elements of a word in its bytes */
    int32_t sums[QUERIES];                    /* of those elements */
    float scale[QUERIES];                     /* of scores */
    float *work;                              /* [queries][span]: scores, then weights */
    float *out;                               /* [queries][stride] */
    int span;
} attention;

/* A tile begins with each sum at 0, or such that the products with keys that count from 128 end where they should. */
#define KEY(b) (at + b * LANES / BLOCK * tile + b * LANES % BLOCK * 4)
#define SCORE(r, b) (a->work + (query + r) * (int64_t)a->span + to + slot + b * LANES)
#define ZERO_SCORE(r, b) floats acc##r##b = ZERO_FLOATS;
#define KEYS(b)                                   \
    __builtin_prefetch(KEY(b) + ahead, 0, 2);     \
    ints word##b = LOAD(KEY(b));                  \
    floats even##b = AS_FLOATS(SHIFT_LEFT(word##b, 16)), odd##b = AS_FLOATS(AND(word##b, high));
#define EVEN_KEYS(r, b) acc##r##b = FMA(even##b, SPREAD_FLOAT(a->q[query + r][2 * i]), acc##r##b);
#define ODD_KEYS(r, b) acc##r##b = FMA(odd##b, SPREAD_FLOAT(a->q[query + r][2 * i + 1]), acc##r##b);
#define STORE_SCORE(r, b) STORE(SCORE(r, b), MULTIPLY(acc##r##b, SPREAD_FLOAT(a->scale[query + r])));
#define START_SUM(r, b) ints sum##r##b = SPREAD(FROM_128 ? -128 * a->sums[query + r] : 0);
#define KEY_FOURS(b)                          \
    __builtin_prefetch(KEY(b) + ahead, 0, 2); \
    ints word##b = dot_form(LOAD(KEY(b)));
#define DOT_KEYS(r, b) sum##r##b = dot_signed(sum##r##b, word##b, SPREAD(a->fours[(query + r) * a->key_words + i]));
#define STEPS(b)                                                             \
    __builtin_prefetch((const uint8_t *)(steps + slot + b * LANES) + ahead, 0, 2); \
    floats step##b = LOAD_FLOATS(steps + slot + b * LANES);
#define STORE_SUM(r, b) \
    STORE(SCORE(r, b), MULTIPLY(MULTIPLY(TO_FLOATS(sum##r##b), step##b), SPREAD_FLOAT(a->scale[query + r])));

/* Of a word of values the halves or quarters belong to elements that are as far apart as the values are long. */
#define PLACE(r, b, part, parts) (a->out + (query + r) * a->stride + a->stride / parts * part + word + b * LANES)
#define WEIGHT(r) SPREAD_FLOAT(a->work[(query + r) * (int64_t)a->span + position])
#define LOAD_HALVES(r, b)                                   \
    floats lower##r##b = LOAD_FLOATS(PLACE(r, b, 0, 2)), upper##r##b = LOAD_FLOATS(PLACE(r, b, 1, 2));
#define VALUES(b)                                           \
    __builtin_prefetch(line + b * LANES * 4 + ahead, 0, 2); \
    ints words##b = LOAD(line + b * LANES * 4);             \
    floats even##b = AS_FLOATS(SHIFT_LEFT(words##b, 16)), odd##b = AS_FLOATS(AND(words##b, high));
#define ADD_HALVES(r, b)                             \
    lower##r##b = FMA(WEIGHT(r), even##b, lower##r##b); \
    upper##r##b = FMA(WEIGHT(r), odd##b, upper##r##b);
#define STORE_HALVES(r, b) STORE(PLACE(r, b, 0, 2), lower##r##b), STORE(PLACE(r, b, 1, 2), upper##r##b);
#define LOAD_QUARTERS(r, b)                                                                          \
    floats first##r##b = LOAD_FLOATS(PLACE(r, b, 0, 4)), second##r##b = LOAD_FLOATS(PLACE(r, b, 1, 4)), \
           third##r##b = LOAD_FLOATS(PLACE(r, b, 2, 4)), fourth##r##b = LOAD_FLOATS(PLACE(r, b, 3, 4));
#define VALUE_FOURS(b)                                                                       \
    __builtin_prefetch(line + b * LANES * 4 + ahead, 0, 2);                                  \
    ints words##b = LOAD(line + b * LANES * 4);                                              \
    floats value0##b = TO_FLOATS(SHIFT_RIGHT_SIGNED(SHIFT_LEFT(words##b, 24), 24)),          \
           value1##b = TO_FLOATS(SHIFT_RIGHT_SIGNED(SHIFT_LEFT(words##b, 16), 24)),          \
           value2##b = TO_FLOATS(SHIFT_RIGHT_SIGNED(SHIFT_LEFT(words##b, 8), 24)),           \
           value3##b = TO_FLOATS(SHIFT_RIGHT_SIGNED(words##b, 24));
#define ADD_QUARTERS(r, b)                                   \
    first##r##b = FMA(WEIGHT(r), value0##b, first##r##b);    \
    second##r##b = FMA(WEIGHT(r), value1##b, second##r##b);  \
    third##r##b = FMA(WEIGHT(r), value2##b, third##r##b);    \
    fourth##r##b = FMA(WEIGHT(r), value3##b, fourth##r##b);
#define STORE_QUARTERS(r, b)                                                            \
    STORE(PLACE(r, b, 0, 4), first##r##b), STORE(PLACE(r, b, 1, 4), second##r##b),      \
            STORE(PLACE(r, b, 2, 4), third##r##b), STORE(PLACE(r, b, 3, 4), fourth##r##b);

#define R 1
#include __FILE__
#define R 2
#include __FILE__
#define R 4
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
    ints half = SHIFT_RIGHT_SIGNED(exponent, 1), rest = SUBTRACT(exponent, half);
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

/* f of all queries, `most` of them at a time at most. */
#define IN_TILES(most, f, ...)                                                        \
    for (int query = 0; query < a->queries;) {                                        \
        int left = a->queries - query;                                                \
        if (most >= 4 && left >= 4) f##4(a, query, __VA_ARGS__), query += 4;          \
        else if (left >= 2) f##2(a, query, __VA_ARGS__), query += 2;                  \
        else f##1(a, query, __VA_ARGS__), query += 1;                                 \
    }

/* Of 8 bits: rounds a query, and lays it out as the keys are. */
static void round_query(attention *a, int i, const float *q, float scale, int32_t *fours) {
    float step, sum;
    int8_t *bytes = (int8_t *)(fours + (int64_t)i * a->key_words);
    fours[(int64_t)(i + 1) * a->key_words - 1] = 0; /* what the head does not fill */
    round_group(q, a->head_dim, bytes, &step, &sum);
    a->sums[i] = (int32_t)sum;
    a->scale[i] = step * scale;
}

/* `ahead` bytes from a block lies the next, which is fetched meanwhile. */
static void scores(const attention *a, int bits, const uint8_t *keys, int64_t ahead, int to) {
    if (bits == 8) {
        IN_TILES(4, fours_scores, keys, ahead, to)
    } else {
        IN_TILES(4, scores, keys, ahead, to)
    }
}

/* Adds the values of a block at the positions [from, to) of the span, of which the block's first is `start`. */
static void values(
        const attention *a, int bits, const uint8_t *values, int64_t ahead, int start, int from, int to) {
    const uint8_t *first = values + (int64_t)(from - start) * a->stride * bits / 8;
    if (bits == 8) {
        const float *steps = (const float *)(values + (int64_t)POSITIONS * a->stride);
        for (int i = 0; i < POSITIONS; i += LINE / 4) __builtin_prefetch((const uint8_t *)(steps + i) + ahead, 0, 2);
        for (int query = 0; query < a->queries; query++) {
            float *weights = a->work + query * (int64_t)a->span;
            for (int i = from; i < to; i++) weights[i] *= steps[i - start];
        }
        IN_TILES(VALUE_QUERIES, fours_values, first, ahead, from, to)
    } else {
        IN_TILES(4, values, first, ahead, from, to)
    }
}

/*
 * The query heads that share one key/value head, for rows at positions that follow each other, over a KV cache of 16 (bf16) or 8
 * bits. The first block is the one that the first row's first visible position lies in; a row sees the last `window` positions up
 * to its own. q and out, from their places on, have `row_width` elements a row; work has room for QUERIES * (block_count * POSITIONS + stride) floats;
 * heads * row_count is QUERIES at most.
 */
void exoflux_attention(
        const float *q, int64_t q_at, int32_t row_count, int32_t row_width, int32_t heads, int32_t head_dim, int32_t stride, float scale,
        int32_t bits, const int64_t *blocks, int32_t block_count, int32_t first_block, int32_t position, int32_t window,
        float *work, float *out, int64_t out_at) {
    const int queries = row_count * heads, span = block_count * POSITIONS, start = first_block * POSITIONS;
    const int key_words = (head_dim * bits + 31) / 32;
    const int64_t key_bytes = (int64_t)POSITIONS * 4 * (bits == 8 ? key_words + 1 : key_words);
    int32_t fours[QUERIES * ELEMENTS / 4];
    attention a = {.queries = queries, .head_dim = head_dim, .key_words = key_words, .stride = stride, .fours = fours};
    a.work = work;
    a.span = span;
    a.out = work + (int64_t)queries * span;
    for (int i = 0; i < queries; i++) {
        a.q[i] = q + q_at + (int64_t)(i / heads) * row_width + i % heads * head_dim;
        a.scale[i] = scale;
        if (bits == 8) round_query(&a, i, a.q[i], scale, fours);
    }
    for (int block = 0; block < block_count; block++) {
        int64_t ahead = block + 1 < block_count ? blocks[block + 1] - blocks[block] : 0;
        scores(&a, bits, (const uint8_t *)blocks[block], ahead, block * POSITIONS);
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
        int64_t ahead = block + 1 < block_count ? blocks[block + 1] - blocks[block] : 0;
        int from = seen > block * POSITIONS ? seen : block * POSITIONS;
        int to = end < (block + 1) * POSITIONS ? end : (block + 1) * POSITIONS;
        values(&a, bits, (const uint8_t *)blocks[block] + key_bytes, ahead, block * POSITIONS, from, to);
    }
    for (int i = 0; i < queries; i++) {
        float *to = out + out_at + (int64_t)(i / heads) * row_width + i % heads * head_dim;
        for (int e = 0; e < head_dim; e++) to[e] = a.out[i * stride + e] / totals[i];
    }
}

#elif !defined(B) /* all shapes of so many queries */

#define B 1
#include __FILE__
#undef B
#define B 2
#include __FILE__
#undef B
#define B 4
#include __FILE__
#undef B

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

/* As above; the weights are already multiplied with the steps of the values. */
static void JOIN(fours_values, R, , )(const attention *a, int query, const uint8_t *at, int64_t ahead, int from, int to) {
    for (int word = 0; word < a->stride / 4; word += LANES) {
        JOIN(fours_values, R, x, 1)(a, query, at, ahead, from, to, word);
    }
}

#undef R

#else /* one shape */

#if B == SCORES

/* Scores of all positions of a block, also of those that are not there: they are hidden afterwards. */
static void JOIN(scores, R, , )(const attention *a, int query, const uint8_t *keys, int64_t ahead, int to) {
    const ints high = SPREAD((int32_t)0xFFFF0000);
    const int64_t tile = (int64_t)a->key_words * LINE; /* bytes of the keys of 16 positions */
    for (int slot = 0; slot < POSITIONS; slot += B * LANES) {
        const uint8_t *at = keys + slot / BLOCK * tile + slot % BLOCK * 4;
        CELLS(ZERO_SCORE)
        for (int i = 0; i < a->key_words; i++, at += LINE) {
            COLUMNS(KEYS)
            CELLS(EVEN_KEYS)
            CELLS(ODD_KEYS)
        }
        CELLS(STORE_SCORE)
    }
}

/* Likewise of keys of 8 bits, whose steps lie behind them. */
static void JOIN(fours_scores, R, , )(const attention *a, int query, const uint8_t *keys, int64_t ahead, int to) {
    const int64_t tile = (int64_t)a->key_words * LINE;
    const float *steps = (const float *)(keys + POSITIONS / BLOCK * tile);
    for (int slot = 0; slot < POSITIONS; slot += B * LANES) {
        const uint8_t *at = keys + slot / BLOCK * tile + slot % BLOCK * 4;
        CELLS(START_SUM)
        for (int i = 0; i < a->key_words; i++, at += LINE) {
            COLUMNS(KEY_FOURS)
            CELLS(DOT_KEYS)
        }
        COLUMNS(STEPS)
        CELLS(STORE_SUM)
    }
}

#endif

#if B <= VALUE_VECTORS

/* For the elements from `word` on, B vectors of them in the lower halves of the words and as many in the upper. */
static void JOIN(values, R, x, B)(
        const attention *a, int query, const uint8_t *at, int64_t ahead, int from, int to, int word) {
    const ints high = SPREAD((int32_t)0xFFFF0000);
    const uint8_t *line = at + word * 4;
    CELLS(LOAD_HALVES)
    for (int position = from; position < to; position++, line += a->stride * 2) {
        COLUMNS(VALUES)
        CELLS(ADD_HALVES)
    }
    CELLS(STORE_HALVES)
}

#endif

#if B == 1

/* For the elements from `word` on, a vector of them in each quarter of the words. */
static void JOIN(fours_values, R, x, B)(
        const attention *a, int query, const uint8_t *at, int64_t ahead, int from, int to, int word) {
    const uint8_t *line = at + word * 4;
    CELLS(LOAD_QUARTERS)
    for (int position = from; position < to; position++, line += a->stride) {
        COLUMNS(VALUE_FOURS)
        CELLS(ADD_QUARTERS)
    }
    CELLS(STORE_QUARTERS)
}

#endif

#endif
