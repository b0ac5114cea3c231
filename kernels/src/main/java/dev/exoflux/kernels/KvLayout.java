package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * How the keys and values of one head lie within a block of {@link CpuKvCache#BLOCK} positions, in lines of 64 bytes.
 *
 * <p>Keys are tiles {@code [BLOCK / LANES][words][LANES]}, so that a score is a lane of a vector: a word is an element in f32,
 * and in bf16 two that follow each other, the first in its lower half. After them the values, {@code [BLOCK][words]}, the
 * head's elements rounded up to whole vectors: in bf16 a word holds element {@code i} in its lower half and {@code i + stride / 2}
 * in its upper, so that both halves of a vector of words are elements that follow each other. What padding holds is never used.
 *
 * @param keyWords of a position
 * @param stride elements that the values of a position are rounded up to
 */
record KvLayout(KvType type, int headDim, int keyWords, int stride) {

    private static final int BLOCK = CpuKvCache.BLOCK;
    private static final int LANES = CpuKvCache.LANES;
    private static final int HIGH_HALF = Packing.HIGH_HALF;

    /** Keeps what is no number from becoming infinite when its lower half is cut off. */
    private static final int QUIET = 0x0040_0000;

    static KvLayout of(KvType type, int headDim) {
        return type == KvType.F32
                ? new KvLayout(type, headDim, headDim, roundUp(headDim, LANES))
                : new KvLayout(type, headDim, (headDim + 1) / 2, roundUp(headDim, 2 * LANES));
    }

    private static int roundUp(int count, int multiple) {
        return (count + multiple - 1) / multiple * multiple;
    }

    private int valueWords() {
        return type == KvType.F32 ? stride : stride / 2;
    }

    /** Bytes of a block's keys. */
    long keyBytes() {
        return (long) BLOCK * keyWords * Integer.BYTES;
    }

    /** Bytes of a block's keys and values. */
    long bytes() {
        return keyBytes() + (long) BLOCK * valueBytes();
    }

    /** Bytes from the values of one position to those of the next. */
    long valueBytes() {
        return (long) valueWords() * Integer.BYTES;
    }

    /** Bytes from a block's keys to the first word of the key in {@code slot}; the next word is {@link #lineBytes} on. */
    long keyOffset(int slot) {
        return ((long) (slot / LANES) * keyWords * LANES + slot % LANES) * Integer.BYTES;
    }

    static long lineBytes() {
        return (long) LANES * Integer.BYTES;
    }

    /**
     * Writes one key and one value.
     *
     * @param keys address of the block's keys
     */
    void put(long keys, int slot, float[] k, int kAt, float[] v, int vAt) {
        long key = keys + keyOffset(slot);
        long value = keys + keyBytes() + slot * valueBytes();
        if (type == KvType.F32) {
            for (int i = 0; i < headDim; i++) {
                NativeMemory.ALL.set(JAVA_FLOAT, key + i * lineBytes(), k[kAt + i]);
                NativeMemory.ALL.set(JAVA_FLOAT, value + (long) i * Float.BYTES, v[vAt + i]);
            }
            return;
        }
        for (int word = 0; word < keyWords; word++) {
            int next = 2 * word + 1 < headDim ? bf16(k[kAt + 2 * word + 1]) : 0;
            NativeMemory.ALL.set(JAVA_INT, key + word * lineBytes(), (bf16(k[kAt + 2 * word]) >>> Short.SIZE) | next);
        }
        int half = stride / 2;
        for (int i = 0; i < half && i < headDim; i++) {
            int upper = i + half < headDim ? bf16(v[vAt + i + half]) : 0;
            NativeMemory.ALL.set(JAVA_INT, value + (long) i * Integer.BYTES, (bf16(v[vAt + i]) >>> Short.SIZE) | upper);
        }
    }

    /** Element {@code i} of the key in {@code slot}. */
    float key(long keys, int slot, int i) {
        long key = keys + keyOffset(slot);
        return type == KvType.F32
                ? NativeMemory.ALL.get(JAVA_FLOAT, key + i * lineBytes())
                : half(NativeMemory.ALL.get(JAVA_INT, key + (i / 2) * lineBytes()), i % 2 == 1);
    }

    /** Element {@code i} of the value in {@code slot}. */
    float value(long keys, int slot, int i) {
        long value = keys + keyBytes() + slot * valueBytes();
        boolean upper = i >= stride / 2;
        return type == KvType.F32
                ? NativeMemory.ALL.get(JAVA_FLOAT, value + (long) i * Float.BYTES)
                : half(
                        NativeMemory.ALL.get(JAVA_INT, value + (long) (upper ? i - stride / 2 : i) * Integer.BYTES),
                        upper);
    }

    private static float half(int word, boolean upper) {
        return Float.intBitsToFloat(upper ? word & HIGH_HALF : word << Short.SIZE);
    }

    /** The nearest bf16 number, the even one of two, as the upper half of a word; what is no number stays none. */
    static int bf16(float x) {
        int bits = Float.floatToRawIntBits(x);
        if (Float.isNaN(x)) {
            return (bits | QUIET) & HIGH_HALF;
        }
        int even = (bits >>> Short.SIZE) & 1;
        return (bits + 0x7FFF + even) & HIGH_HALF;
    }
}
