/*
 * Pairs of bf16 numbers in three quarters of their memory, and to the last bit what they were. The upper byte of a bf16 number is
 * its sign and the upper seven bits of its exponent, and nearly all weights of a block share 16 of those: so of each number the
 * lower byte is kept, and four bits that say which of the 16 the upper one is. What is none of them is kept apart: a patch.
 *
 * A block begins with a line: its 16 upper bytes, then the address and the count of its patches. Then the words as Packing.java
 * has them, four at a time (a quad) in three lines: the lower bytes of the first two words, those of the other two, and the codes
 * of the first two words in the lower halves of bytes, of the others in the upper ones. Each 16 bytes of a line belong to four
 * rows: eight bytes of the one word, then eight of the other, so that interleaving lower and upper bytes makes words of them in
 * vectors of any length. The rest of an unfinished last quad is 0.
 */
#ifndef EXOFLUX_NARROW
#define EXOFLUX_NARROW

#include <string.h>

#include "vectors.h"

#define QUAD 4 /* words */
#define WIDE_QUAD (QUAD * LINE)
#define NARROW_QUAD (3 * LINE)
#define CODES 16

typedef struct {
    uint8_t upper[CODES];
    const uint32_t *patches; /* in the order of their quads */
    int64_t patch_count;
} narrow_head;

/* Where in a block a patch belongs, in bytes from its first word, and the byte. */
#define PATCH(place, byte) ((uint32_t)(place) << 8 | (byte))
#define PATCH_PLACE(patch) ((patch) >> 8)
#define PATCH_QUAD(patch) ((int32_t)(PATCH_PLACE(patch) / WIDE_QUAD))

/* A quad as it was, with its patches, which begin at `patch` and end before `end`. Returns the first patch after them. */
static inline const uint32_t *widen(
        const uint8_t *block, int32_t quad, const uint32_t *patch, const uint32_t *end, uint8_t *wide) {
    const uint8_t *at = block + LINE + (int64_t)quad * NARROW_QUAD;
    const ints table = TABLE(block), low = SPREAD(0x0F0F0F0F);
    uint8_t *to = wide;
    for (int i = 0; i < LINE; i += 4 * LANES, to += 4 * LANES) {
        const ints codes = LOAD(at + 2 * LINE + i), lower = LOAD(at + i), later = LOAD(at + LINE + i);
        const ints upper = LOOK_UP(table, AND(codes, low));
        const ints later_upper = LOOK_UP(table, AND(SHIFT_RIGHT(codes, 4), low));
        STORE_INTS(to, INTERLEAVE_LOWER(lower, upper));
        STORE_INTS(to + LINE, INTERLEAVE_UPPER(lower, upper));
        STORE_INTS(to + 2 * LINE, INTERLEAVE_LOWER(later, later_upper));
        STORE_INTS(to + 3 * LINE, INTERLEAVE_UPPER(later, later_upper));
    }
    for (; patch < end && PATCH_QUAD(*patch) == quad; patch++) wide[PATCH_PLACE(*patch) % WIDE_QUAD] = (uint8_t)*patch;
    return patch;
}

#endif
