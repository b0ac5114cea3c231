/* Makes pairs of bf16 numbers narrow, as narrow.h says. */
#include "narrow.h"

#define BYTES 256
#define STRIDE 4 /* of every so many words one is looked at, to find what upper bytes there are */

/* The bytes met most often. */
static void most_frequent(const uint16_t *numbers, int32_t words, uint8_t *upper) {
    int32_t counts[2][BYTES] = {{0}}; /* two, so that equal neighbours need not wait for each other */
    for (int32_t word = 0; word < words; word += words < 64 ? 1 : STRIDE) {
        const uint16_t *line = numbers + (int64_t)word * LINE / 2;
        for (int i = 0; i < LINE / 2; i += 2) {
            counts[0][line[i] >> 8]++;
            counts[1][line[i + 1] >> 8]++;
        }
    }
    for (int byte = 0; byte < BYTES; byte++) counts[0][byte] += counts[1][byte];
    for (int code = 0; code < CODES; code++) {
        int best = 0;
        for (int byte = 1; byte < BYTES; byte++) best = counts[0][byte] > counts[0][best] ? byte : best;
        upper[code] = (uint8_t)best;
        counts[0][best] = -1;
    }
}

/*
 * Writes a block of so many words to `block`, which has room for (words + 3) / 4 quads and their head, and its patches, up to
 * `most`, to `patches`. Returns how many there are, or -1 if they are more; their address is still to be written into the head.
 */
int32_t exoflux_narrow(const int32_t *wide, int32_t words, uint8_t *block, int32_t *patches, int32_t most) {
    const uint16_t *numbers = (const uint16_t *)wide;
    narrow_head head = {{0}, 0, 0};
    most_frequent(numbers, words, head.upper);
    uint8_t *to = block + LINE;
    int32_t count = 0;
    for (int32_t word = 0; word < words; word += 2) {
        uint8_t lower[LINE], upper[LINE], codes[LINE] = {0}, known[LINE] = {0};
        for (int part = 0; part < 2; part++) { /* a word that is not there is 0 */
            const uint16_t *line = numbers + (int64_t)(word + part) * LINE / 2;
            for (int i = 0; i < LINE / 2; i++) {
                const uint16_t number = word + part < words ? line[i] : 0;
                const int place = i / 8 * 16 + part * 8 + i % 8;
                lower[place] = (uint8_t)number;
                upper[place] = (uint8_t)(number >> 8);
            }
        }
        for (int code = 0; code < CODES; code++) {
            for (int i = 0; i < LINE; i++) {
                const uint8_t same = upper[i] == head.upper[code] ? 0xFF : 0;
                codes[i] |= (uint8_t)(same & code);
                known[i] |= same;
            }
        }
        uint64_t strangers[LINE / 8];
        memcpy(strangers, known, LINE);
        for (int eight = 0; eight < LINE / 8; eight++) {
            if (strangers[eight] == UINT64_MAX) continue;
            for (int i = eight * 8; i < eight * 8 + 8; i++) {
                const int32_t its = word + i / 8 % 2;
                if (known[i] || its >= words) continue;
                if (count == most) return -1;
                patches[count++] = (int32_t)PATCH(its * LINE + i / 16 * 16 + i % 8 * 2 + 1, upper[i]);
            }
        }
        const int second = word % QUAD / 2;
        memcpy(to + second * LINE, lower, LINE);
        uint8_t *at = to + 2 * LINE;
        for (int i = 0; i < LINE; i++) at[i] = second ? (uint8_t)(at[i] | codes[i] << 4) : codes[i];
        if (second) to += NARROW_QUAD;
        else memset(to + LINE, 0, LINE);
    }
    head.patch_count = count;
    memcpy(block, &head, sizeof head);
    return count;
}
