/* Whole numbers of 8 bits in the place of floats: the twin of Int8Rounding.java. */
#ifndef EXOFLUX_ROUNDING
#define EXOFLUX_ROUNDING

#include <stdint.h>

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
static inline void round_group(const float *restrict x, int32_t size, int8_t *restrict q, float *step, float *sum) {
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

#endif
