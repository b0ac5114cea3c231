/*
 * Runs the compiled kernels on numbers that are the same everywhere and prints a hash of every result, a line for each shape:
 * what two processors compute is the same bits if they print the same lines. See same-bits.sh.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int32_t exoflux_tile_rows(int32_t bits, int32_t rows);
void exoflux_int8_inputs(
        const float *x, int64_t x_at, int32_t row_count, int32_t width, int32_t group, int32_t bits, int32_t *quads,
        int64_t quads_at, float *steps, float *sums, int64_t groups_at);
void exoflux_int8_product(
        const uint8_t *w, int64_t block_bytes, int64_t group_bytes, int32_t groups, int32_t words, int32_t scale_words,
        int32_t bits, int32_t blocks, const int32_t *x, const float *steps, const float *sums, int32_t row_count,
        float *out);
int32_t exoflux_pair_words(void);
void exoflux_bf16_inputs(
        const float *x, int64_t x_at, int32_t row_count, int32_t width, int32_t *pairs, int64_t pairs_at);
void exoflux_bf16_product(
        const uint8_t *w, int64_t block_bytes, int32_t words, int32_t blocks, const int32_t *x, int32_t row_count,
        float *out);
int32_t exoflux_narrow(const int32_t *wide, int32_t words, uint8_t *block, int32_t *patches, int32_t most);
void exoflux_narrow_product(
        const uint8_t *w, int64_t block_bytes, int32_t words, int32_t blocks, const int32_t *x, int32_t row_count,
        float *out);
void exoflux_attention(
        const float *q, int64_t q_at, int32_t row_count, int32_t row_width, int32_t heads, int32_t head_dim, int32_t stride,
        float scale, int32_t bits, const int64_t *blocks, int32_t block_count, int32_t first_block, int32_t position,
        int32_t window, float *work, float *out, int64_t out_at);

#define BLOCK 16
#define LINE 64
#define POSITIONS 64

static uint64_t seed = 1;

static uint32_t next(void) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33);
}

/* Between -2 and 2. */
static float number(void) { return (float)next() / 0x1p29f - 2; }

static void *room(int64_t bytes) {
    void *memory = aligned_alloc(LINE, (size_t)((bytes + LINE - 1) / LINE * LINE));
    if (!memory) exit(1);
    return memory;
}

static float *numbers(int64_t count) {
    float *all = room(count * 4);
    for (int64_t i = 0; i < count; i++) all[i] = number();
    return all;
}

static void print(const char *what, int a, int b, int c, const float *out, int64_t count) {
    uint64_t hash = 14695981039346656037u;
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &out[i], 4);
        hash = (hash ^ bits) * 1099511628211u;
    }
    printf("%s %d %d %d: %016llx\n", what, a, b, c, (unsigned long long)hash);
}

static void product(int bits, int group, int scale_words, int rows) {
    const int width = 256, blocks = 5, groups = width / group, words = group * bits / 32;
    const int64_t group_bytes = (int64_t)(2 * (scale_words == 2) + (scale_words == 1) + words) * LINE;
    uint8_t *w = room(blocks * groups * group_bytes);
    for (int64_t at = 0; at < blocks * groups * group_bytes; at += 4) {
        uint32_t word = next() << 16 ^ next();
        int scale = at % group_bytes < scale_words * LINE;
        if (scale) word &= 0xBFFFBFFFu; /* no large exponents, no NaN */
        memcpy(w + at, &word, 4);
    }
    float *x = numbers((int64_t)rows * width), *out = room((int64_t)rows * blocks * BLOCK * 4);
    int32_t *quads = room((int64_t)rows * width);
    float *steps = room((int64_t)rows * groups * 4), *sums = room((int64_t)rows * groups * 4);
    const int most = exoflux_tile_rows(bits, rows);
    for (int row = 0; row < rows; row += most) {
        int count = rows - row < most ? rows - row : most;
        exoflux_int8_inputs(
                x, (int64_t)row * width, count, width, group, bits, quads, (int64_t)row * width / 4, steps, sums,
                (int64_t)row * groups);
    }
    exoflux_int8_product(
            w, groups * group_bytes, group_bytes, groups, words, scale_words, bits, blocks, quads, steps, sums, rows, out);
    char what[32];
    snprintf(what, sizeof what, "product of %d bits", bits);
    print(what, group, scale_words, rows, out, (int64_t)rows * blocks * BLOCK);
    free(w), free(x), free(out), free(quads), free(steps), free(sums);
}

static void bf16_product(int width, int rows) {
    const int blocks = 5, words = (width + 1) / 2, pair_words = exoflux_pair_words();
    const int64_t block_bytes = (int64_t)words * LINE;
    uint8_t *w = room(blocks * block_bytes);
    for (int64_t at = 0; at < blocks * block_bytes; at += 4) {
        uint32_t word = ((next() << 16 ^ next()) & 0xBF7FBF7Fu) | 0x20002000u; /* neither large nor subnormal */
        if (at / block_bytes % 2 == 1 && next() % 64) word = (word & 0xBFFFBFFFu) | 0x3C003C00u; /* much alike */
        if (width % 2 == 1 && at % block_bytes >= block_bytes - LINE) word &= 0xFFFF0000u;
        memcpy(w + at, &word, 4);
    }
    float *x = numbers((int64_t)rows * width), *out = room((int64_t)rows * blocks * BLOCK * 4);
    int32_t *pairs = room((int64_t)rows * words * pair_words * 4);
    const int most = exoflux_tile_rows(16, rows);
    for (int row = 0; row < rows; row += most) {
        int count = rows - row < most ? rows - row : most;
        exoflux_bf16_inputs(x, (int64_t)row * width, count, width, pairs, (int64_t)row * words * pair_words);
    }
    exoflux_bf16_product(w, block_bytes, words, blocks, pairs, rows, out);
    print("product of bf16", width, 0, rows, out, (int64_t)rows * blocks * BLOCK);
    const int64_t narrow_bytes = (1 + (words + 3) / 4 * 3) * (int64_t)LINE;
    uint8_t *narrow = room(blocks * narrow_bytes);
    int32_t *patches = room(blocks * block_bytes * 2), *next_patch = patches;
    for (int block = 0; block < blocks; block++) {
        uint8_t *to = narrow + block * narrow_bytes;
        int32_t count = exoflux_narrow((int32_t *)(w + block * block_bytes), words, to, next_patch, words * 2 * BLOCK);
        memcpy(to + 16, &next_patch, sizeof next_patch); /* as NarrowPairs.java does */
        next_patch += count;
    }
    memset(out, 0, (size_t)rows * blocks * BLOCK * 4);
    exoflux_narrow_product(narrow, narrow_bytes, words, blocks, pairs, rows, out);
    print("product of bf16", width, 0, rows, out, (int64_t)rows * blocks * BLOCK); /* the line before once more */
    free(w), free(x), free(out), free(pairs), free(narrow), free(patches);
}

static void attention(int bits, int head_dim, int rows, int heads, int window) {
    const int position = 150, blocks = (position + rows + POSITIONS - 1) / POSITIONS, parts = 32 / bits;
    const int key_words = (head_dim + parts - 1) / parts, stride = (head_dim + parts * 16 - 1) / (parts * 16) * (parts * 16);
    const int64_t steps = bits == 8 ? POSITIONS * 4 : 0, keys = POSITIONS * key_words * 4 + steps;
    const int64_t bytes = keys + (int64_t)POSITIONS * stride / parts * 4 + steps;
    int64_t at[8];
    for (int block = 0; block < blocks; block++) {
        uint8_t *memory = room(bytes);
        at[block] = (int64_t)(intptr_t)memory;
        for (int64_t i = 0; i < bytes; i += 4) {
            int step = bits == 8 && ((i >= keys - steps && i < keys) || i >= bytes - steps);
            float some = 0.01f * number();
            uint32_t word = next() << 16 ^ next();
            if (bits == 16) word &= 0xBF7FBF7Fu; /* small numbers */
            memcpy(memory + i, step ? (void *)&some : (void *)&word, 4);
        }
        if (bits == 8) { /* -128 is none of the whole numbers */
            for (int64_t i = 0; i < bytes; i++) {
                int step = (i >= keys - steps && i < keys) || i >= bytes - steps;
                if (!step && memory[i] == 0x80) memory[i] = 0x81;
            }
        }
    }
    const int first = position - window + 1 > 0 ? (position - window + 1) / POSITIONS : 0, width = heads * head_dim;
    float *q = numbers((int64_t)rows * width), *out = room((int64_t)rows * width * 4);
    float *work = room(16 * ((blocks - first) * POSITIONS + (int64_t)stride) * 4);
    exoflux_attention(
            q, 0, rows, width, heads, head_dim, stride, 0.1f, bits, at + first, blocks - first, first, position, window, work,
            out, 0);
    char what[64];
    snprintf(what, sizeof what, "attention over %d bits, %d elements", bits, head_dim);
    print(what, rows, heads, window, out, (int64_t)rows * width);
    free(q), free(out), free(work);
    for (int block = 0; block < blocks; block++) free((void *)(intptr_t)at[block]);
}

int main(void) {
    for (int bits = 4; bits <= 8; bits += 4) {
        for (int group = 32; group <= 128; group *= 2) {
            for (int rows = 1; rows <= 13; rows++) product(bits, group, 1, rows);
            for (int rows = 33; rows <= 38; rows++) product(bits, group, 1, rows);
            for (int rows = 1; rows <= 40; rows += 13) product(bits, group, 2, rows);
        }
    }
    for (int rows = 1; rows <= 13; rows++) bf16_product(256, rows), bf16_product(1301, rows);
    for (int rows = 33; rows <= 38; rows++) bf16_product(256, rows), bf16_product(2501, rows);
    for (int bits = 8; bits <= 16; bits += 8) {
        for (int rows = 1; rows <= 4; rows++) {
            attention(bits, 64, rows, 4, 1 << 30);
            attention(bits, 50, rows, 3, 70);
            attention(bits, 128, rows, 1, 1 << 30);
        }
    }
    return 0;
}
