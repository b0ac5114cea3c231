/*
 * The tiles of AMX: 16 rows of activations by 16 columns, 64 inputs at a time. A group's words of a block of the matrix are such
 * a tile of weights as they lie, once nibbles are spread to bytes; so are the activations, row after row. Sums of whole numbers
 * are exact, so the results are those of the other kernels to the last bit. There is nothing here for bf16: a tile adds up the
 * products of even and of odd inputs apart, which is not the order that package-info.java gives.
 *
 * With EXOFLUX_EMULATED_TILES tiles are arrays, for tests on processors that have none.
 */
#include "amx.h"
#include "vectors.h"

#if LANES == 16 && (defined(EXOFLUX_EMULATED_TILES) || (defined(__AMX_INT8__) && defined(__linux__)))

/* What LDTILECFG reads: bytes of a row and rows of each of eight tiles. */
typedef struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
} tile_shapes;

#ifdef EXOFLUX_EMULATED_TILES

#include <string.h>

static __thread tile_shapes shapes;
static __thread uint8_t tiles[8][16][64];

static void configure(const tile_shapes *wanted) { shapes = *wanted; }
static void release(void) { memset(&shapes, 0, sizeof shapes); }
static int lent(void) { return 1; }

static void load(int t, const void *from, int64_t stride) {
    for (int row = 0; row < shapes.rows[t]; row++) {
        memcpy(tiles[t][row], (const uint8_t *)from + row * stride, shapes.row_bytes[t]);
    }
}

static void store(int t, void *to, int64_t stride) {
    for (int row = 0; row < shapes.rows[t]; row++) {
        memcpy((uint8_t *)to + row * stride, tiles[t][row], shapes.row_bytes[t]);
    }
}

static void zero(int t) { memset(tiles[t], 0, sizeof tiles[t]); }

/* As the manual describes TDPBSUD: signed bytes of a, unsigned ones of b, four at a time. */
static void dot(int sum, int a, int b) {
    for (int m = 0; m < shapes.rows[sum]; m++) {
        for (int k = 0; k < shapes.row_bytes[a] / 4; k++) {
            for (int n = 0; n < shapes.row_bytes[sum] / 4; n++) {
                int32_t total;
                memcpy(&total, &tiles[sum][m][4 * n], 4);
                for (int i = 0; i < 4; i++) total += (int8_t)tiles[a][m][4 * k + i] * (int32_t)tiles[b][k][4 * n + i];
                memcpy(&tiles[sum][m][4 * n], &total, 4);
            }
        }
    }
}

#else

#include <sys/syscall.h>
#include <unistd.h>

/* Some compilers are not told that these read memory. */
#define WRITTEN __asm__ volatile("" ::: "memory")
#define configure(shapes) \
    do { WRITTEN; _tile_loadconfig(shapes); } while (0)
#define release _tile_release
#define load(t, from, stride) \
    do { WRITTEN; _tile_loadd(t, from, stride); } while (0)
#define store _tile_stored
#define zero _tile_zero
#define dot _tile_dpbsud

#define REQUEST_PERMISSION 0x1023 /* of arch_prctl */
#define TILE_DATA 18

/* A process must ask for the room that tiles take when its threads are interrupted. */
static int lent(void) { return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0; }

#endif

static int wanted;

int32_t exoflux_use_tiles(int32_t use) {
    wanted = use && lent();
    return wanted;
}

int exoflux_tiled(int32_t rows) { return wanted && rows >= TILED_ROWS; }

#define COLUMNS 16
#define BYTES 64 /* inputs of a tile */

/* Tiles of sums, each of 16 rows; of activations; of weights, of which a group of 128 inputs has two. */
#define MOST_TILES 4
#define ACTIVATIONS 4
#define WEIGHTS 5

typedef struct {
    int64_t group_bytes;
    int32_t groups, words, scale_words, bits, stride;
} form;

static void shape(tile_shapes *to, int tile, int rows, int bytes) {
    to->rows[tile] = (uint8_t)rows;
    to->row_bytes[tile] = (uint16_t)bytes;
}

/* For sums of `rows` rows and groups of `inputs`. */
static void prepare(int rows, int inputs) {
    tile_shapes shapes = {.palette = 1};
    const int bytes = inputs < BYTES ? inputs : BYTES;
    for (int t = 0; t < MOST_TILES; t++) shape(&shapes, t, rows, COLUMNS * 4);
    shape(&shapes, ACTIVATIONS, rows, bytes);
    shape(&shapes, WEIGHTS, bytes / 4, COLUMNS * 4);
    configure(&shapes);
}

/* The weights of up to 64 inputs from `at` on as bytes: where they lie, or nibbles spread to `room`. */
static const void *bytes_of(const uint8_t *at, int bits, int inputs, int32_t *room) {
    if (bits == 8) return at;
    const ints low = SPREAD(0x0F0F0F0F);
    for (int word = 0; word < inputs / 8; word++) {
        ints nibbles = LOAD(at + word * LINE);
        _mm512_storeu_si512(room + 2 * word * COLUMNS, AND(nibbles, low));
        _mm512_storeu_si512(room + (2 * word + 1) * COLUMNS, AND(SHIFT_RIGHT(nibbles, 4), low));
    }
    return room;
}

#define MULTIPLY_TILE(t) \
    if (t < count) {                                                       \
        load(ACTIVATIONS, x + (int64_t)t * rows * quads, quads * 4);        \
        dot(t, ACTIVATIONS, WEIGHTS);                                       \
    }
#define STORE_TILE(t) \
    if (t < count) { store(t, whole + t * rows * COLUMNS, COLUMNS * 4); }

/* `count` tiles of `rows` rows by a block of columns: as the rows of dot_products.c, group by group. */
static void block(
        const form *f, const uint8_t *at, const int32_t *x, const float *steps, const float *sums, int count, int rows,
        float *out) {
    const int inputs = f->words * 32 / f->bits, chunk = inputs < BYTES ? inputs : BYTES;
    const int64_t quads = (int64_t)f->groups * inputs / 4; /* of a row of activations */
    const int all = count * rows;
    floats acc[MOST_TILES * 16];
    int32_t whole[MOST_TILES * 16 * COLUMNS], room[BYTES / 4 * COLUMNS];
    for (int row = 0; row < all; row++) acc[row] = ZERO_FLOATS;
    for (int group = 0; group < f->groups; group++, at += f->group_bytes) {
        const uint8_t *values = at + (int64_t)f->scale_words * LINE;
        zero(0);
        zero(1);
        zero(2);
        zero(3);
        for (int from = 0; from < inputs; from += chunk, x += chunk / 4) {
            load(WEIGHTS, bytes_of(values + (int64_t)from * f->bits / 32 * LINE, f->bits, chunk, room), LINE);
            MULTIPLY_TILE(0)
            MULTIPLY_TILE(1)
            MULTIPLY_TILE(2)
            MULTIPLY_TILE(3)
        }
        STORE_TILE(0)
        STORE_TILE(1)
        STORE_TILE(2)
        STORE_TILE(3)
        const ints first = LOAD(at);
        const floats scale = AS_FLOATS(f->scale_words == 1 ? SHIFT_LEFT(first, 16) : first);
        const floats bias = AS_FLOATS(f->scale_words == 1 ? AND(first, SPREAD((int32_t)0xFFFF0000)) : LOAD(at + LINE));
        for (int row = 0; row < all; row++) {
            const int64_t its = (int64_t)row * f->groups + group;
            const floats part = MULTIPLY(scale, TO_FLOATS(LOAD(whole + row * COLUMNS)));
            acc[row] = FMA(FMA(bias, SPREAD_FLOAT(sums[its]), part), SPREAD_FLOAT(steps[its]), acc[row]);
        }
    }
    for (int row = 0; row < all; row++) STORE(out + (int64_t)row * f->stride, acc[row]);
}

void exoflux_tiled_product(
        const uint8_t *w, int64_t block_bytes, int64_t group_bytes, int32_t groups, int32_t words, int32_t scale_words,
        int32_t bits, int32_t blocks, const int32_t *x, const float *steps, const float *sums, int32_t row_count,
        float *out) {
    const form f = {group_bytes, groups, words, scale_words, bits, blocks * COLUMNS};
    const int inputs = words * 32 / bits, rest = row_count % 16;
    const int64_t quads = (int64_t)groups * inputs / 4;
    for (int full = 1; full >= 0; full--) { /* first the tiles of 16 rows, then what is left */
        const int rows = full ? 16 : rest, begin = full ? 0 : row_count - rest, end = full ? row_count - rest : row_count;
        if (begin == end) continue;
        prepare(rows, inputs);
        for (int b = 0; b < blocks; b++) {
            for (int row = begin, count; row < end; row += count * rows) {
                count = (end - row) / rows < MOST_TILES ? (end - row) / rows : MOST_TILES;
                block(&f, w + b * block_bytes, x + row * quads, steps + (int64_t)row * groups,
                        sums + (int64_t)row * groups, count, rows, out + (int64_t)row * f.stride + b * COLUMNS);
            }
        }
    }
    release();
}

#else

int32_t exoflux_use_tiles(int32_t use) {
    (void)use;
    return 0;
}

int exoflux_tiled(int32_t rows) {
    (void)rows;
    return 0;
}

void exoflux_tiled_product(
        const uint8_t *w, int64_t block_bytes, int64_t group_bytes, int32_t groups, int32_t words, int32_t scale_words,
        int32_t bits, int32_t blocks, const int32_t *x, const float *steps, const float *sums, int32_t row_count,
        float *out) {
    (void)w, (void)block_bytes, (void)group_bytes, (void)groups, (void)words, (void)scale_words, (void)bits, (void)blocks;
    (void)x, (void)steps, (void)sums, (void)row_count, (void)out;
}

#endif
