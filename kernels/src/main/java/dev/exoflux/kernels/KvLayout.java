package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

/**
 * How the keys and values of one head lie within a block of {@link CpuKvCache#BLOCK} positions, in lines of 64 bytes.
 *
 * <p>Keys are tiles {@code [BLOCK / LANES][words][LANES]}, so that a score is a lane of a vector; a word has as many elements
 * as fit into 32 bits, the first in its lowest bits. After them the values, {@code [BLOCK][words]}, the head's elements rounded
 * up to whole vectors of words: element {@code i} lies in part {@code i / (stride / parts)} of word {@code i % (stride / parts)},
 * so that the same part of a vector of words are elements that follow each other. What padding holds is never used.
 */
sealed interface KvLayout permits KvLayout.F32, Bf16Layout, Int8Layout {

    int BLOCK = CpuKvCache.BLOCK;
    int LANES = CpuKvCache.LANES;

    /** Bytes from one word of a key to the next. */
    long LINE_BYTES = (long) LANES * Integer.BYTES;

    static KvLayout of(KvType type, int headDim) {
        return switch (type) {
            case F32 -> new F32(headDim);
            case BF16 -> new Bf16Layout(headDim);
            case INT8 -> new Int8Layout(headDim);
        };
    }

    int headDim();

    /** Elements in a word. */
    int parts();

    /** Bytes of a block's keys, and of what belongs to them. */
    long keyBytes();

    /** Bytes of a block's keys and values, and of what belongs to them. */
    long bytes();

    /**
     * Writes one key and one value.
     *
     * @param keys address of the block's keys
     */
    void put(long keys, int slot, float[] k, int kAt, float[] v, int vAt);

    /** Element {@code i} of the key in {@code slot}, in its steps. */
    float key(long keys, int slot, int i);

    /** Element {@code i} of the value in {@code slot}, in its steps. */
    float value(long keys, int slot, int i);

    /** What the elements of the key in {@code slot} are multiplied with. */
    default float keyStep(long keys, int slot) {
        return 1;
    }

    /** What the elements of the value in {@code slot} are multiplied with. */
    default float valueStep(long keys, int slot) {
        return 1;
    }

    /** Words of a key. */
    default int keyWords() {
        return (headDim() + parts() - 1) / parts();
    }

    /** Elements that the values of a position are rounded up to. */
    default int stride() {
        int vector = parts() * LANES;
        return (headDim() + vector - 1) / vector * vector;
    }

    /** Words that the values of a position are rounded up to: from an element of one part to that of the next. */
    default int valueWords() {
        return stride() / parts();
    }

    /** Bytes from the values of one position to those of the next. */
    default long valueBytes() {
        return (long) valueWords() * Integer.BYTES;
    }

    /** Bytes from a block's keys to the first word of the key in {@code slot}; the next word is {@link #LINE_BYTES} on. */
    default long keyOffset(int slot) {
        return ((long) (slot / LANES) * keyWords() * LANES + slot % LANES) * Integer.BYTES;
    }

    /** As they come. */
    record F32(int headDim) implements KvLayout {

        @Override
        public int parts() {
            return 1;
        }

        @Override
        public long keyBytes() {
            return (long) BLOCK * keyWords() * Float.BYTES;
        }

        @Override
        public long bytes() {
            return keyBytes() + BLOCK * valueBytes();
        }

        @Override
        public void put(long keys, int slot, float[] k, int kAt, float[] v, int vAt) {
            for (int i = 0; i < headDim; i++) {
                NativeMemory.ALL.set(JAVA_FLOAT, keyAt(keys, slot, i), k[kAt + i]);
                NativeMemory.ALL.set(JAVA_FLOAT, valueAt(keys, slot, i), v[vAt + i]);
            }
        }

        @Override
        public float key(long keys, int slot, int i) {
            return NativeMemory.ALL.get(JAVA_FLOAT, keyAt(keys, slot, i));
        }

        @Override
        public float value(long keys, int slot, int i) {
            return NativeMemory.ALL.get(JAVA_FLOAT, valueAt(keys, slot, i));
        }

        private long keyAt(long keys, int slot, int i) {
            return keys + keyOffset(slot) + i * LINE_BYTES;
        }

        private long valueAt(long keys, int slot, int i) {
            return keys + keyBytes() + slot * valueBytes() + (long) i * Float.BYTES;
        }
    }
}
