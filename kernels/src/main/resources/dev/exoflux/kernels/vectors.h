/*
 * What processors call what is needed here, for vectors of LANES lanes of 32 bits; and what their registers have room for:
 * vectors of scores and of values (attention) that a tile has of each query, and queries of a tile with values of 8 bits.
 * LOOK_UP takes each byte from the one of 16 in the TABLE that the byte of another vector names; INTERLEAVE_LOWER and
 * INTERLEAVE_UPPER take turns with the bytes of two vectors, in the lower and the upper half of every 16 bytes.
 */
#ifndef EXOFLUX_VECTORS
#define EXOFLUX_VECTORS

#include <stdint.h>

#define BLOCK 16
#define LINE 64 /* bytes of one word of a block's rows */

#if defined(__AVX512VNNI__) && defined(__AVX512F__)

#include <immintrin.h>
#define LANES 16
#define SCORES 4
#define VALUE_VECTORS 2
#define VALUE_QUERIES 4
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
#define SHIFT_RIGHT_SIGNED(v, n) _mm512_srai_epi32(v, n)
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
#define STORE_INTS(p, v) _mm512_storeu_si512(p, v)
#define TABLE(p) _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(p)))
#define LOOK_UP _mm512_shuffle_epi8
#define INTERLEAVE_LOWER _mm512_unpacklo_epi8
#define INTERLEAVE_UPPER _mm512_unpackhi_epi8

#elif defined(__AVX2__) && defined(__FMA__)

#include <immintrin.h>
#define LANES 8
#define SCORES 2
#define VALUE_VECTORS 1
#define VALUE_QUERIES 2
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
#define SHIFT_RIGHT_SIGNED(v, n) _mm256_srai_epi32(v, n)
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
#define STORE_INTS(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#define TABLE(p) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(p)))
#define LOOK_UP _mm256_shuffle_epi8
#define INTERLEAVE_LOWER _mm256_unpacklo_epi8
#define INTERLEAVE_UPPER _mm256_unpackhi_epi8

#elif defined(__ARM_FEATURE_DOTPROD)

#include <arm_neon.h>
#define LANES 4
#define SCORES 4
#define VALUE_VECTORS 2
#define VALUE_QUERIES 4
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
#define SHIFT_RIGHT_SIGNED(v, n) vshrq_n_s32(v, n)
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
#define STORE_INTS(p, v) vst1q_s32((int32_t *)(p), v)
#define TABLE LOAD
#define BYTEWISE(f, a, b) vreinterpretq_s32_u8(f(vreinterpretq_u8_s32(a), vreinterpretq_u8_s32(b)))
#define LOOK_UP(table, places) BYTEWISE(vqtbl1q_u8, table, places)
#define INTERLEAVE_LOWER(a, b) BYTEWISE(vzip1q_u8, a, b)
#define INTERLEAVE_UPPER(a, b) BYTEWISE(vzip2q_u8, a, b)

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
    part = _mm256_add_epi16(part, _mm256_maddubs_epi16(w, x));
    __asm__("" : "+x"(part)); /* else compilers put off the sums of a step, and run out of registers for the products */
    return part;
#else
    return vdotq_s32(part, vreinterpretq_s8_s32(w), vreinterpretq_s8_s32(x));
#endif
}

/* c + a * b, rounded once. */
static inline __attribute__((always_inline)) floats fused(floats a, floats b, floats c) {
    c = FMA(a, b, c);
#if LANES == 8
    __asm__("" : "+x"(c)); /* else compilers mix the products of a tile, and keep three of its ten sums in memory */
#endif
    return c;
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

/* Whether dot products take one factor as unsigned bytes, so that signed ones count from 128 there. */
#define FROM_128 (LANES == 16)

/* Signed bytes as dot_signed takes them. */
static inline __attribute__((always_inline)) ints dot_form(ints w) {
#if FROM_128
    return _mm512_xor_si512(w, _mm512_set1_epi8((char)0x80));
#else
    return w;
#endif
}

/*
 * sum + the products of four bytes of w, as dot_form made them, with four of x, which are at least -127; FROM_128 there
 * are 128 times those of x too much in it. On AVX2 the w lend their sign to the x: sums of products of unsigned bytes would not
 * fit into 16 bits.
 */
static inline __attribute__((always_inline)) ints dot_signed(ints sum, ints w, ints x) {
#if LANES == 16
    return _mm512_dpbusd_epi32(sum, w, x);
#elif LANES == 8
    ints pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w));
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
#else
    return vdotq_s32(sum, vreinterpretq_s8_s32(w), vreinterpretq_s8_s32(x));
#endif
}

/* Unsigned bytes as dot_signed takes them: where it takes signed ones, less 128. */
static inline __attribute__((always_inline)) ints dot_form_of_unsigned(ints w) {
#if LANES == 16
    return w;
#elif LANES == 8
    return _mm256_xor_si256(w, _mm256_set1_epi8((char)0x80));
#else
    return veorq_s32(w, vdupq_n_s32((int32_t)0x80808080));
#endif
}

#endif
