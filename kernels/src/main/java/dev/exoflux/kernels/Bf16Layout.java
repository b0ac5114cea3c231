package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/** Two elements a word, each the nearest bf16 number. */
record Bf16Layout(int headDim) implements KvLayout {

    private static final int HIGH_HALF = Packing.HIGH_HALF;

    /** Keeps what is no number from becoming infinite when its lower half is cut off. */
    private static final int QUIET = 0x0040_0000;

    @Override
    public int parts() {
        return 2;
    }

    @Override
    public long keyBytes() {
        return (long) BLOCK * keyWords() * Integer.BYTES;
    }

    @Override
    public long bytes() {
        return keyBytes() + BLOCK * valueBytes();
    }

    @Override
    public void put(long keys, int slot, float[] k, int kAt, float[] v, int vAt) {
        long key = keys + keyOffset(slot);
        for (int word = 0; word < keyWords(); word++) {
            int next = 2 * word + 1 < headDim ? nearest(k[kAt + 2 * word + 1]) : 0;
            NativeMemory.ALL.set(JAVA_INT, key + word * LINE_BYTES, (nearest(k[kAt + 2 * word]) >>> Short.SIZE) | next);
        }
        long value = keys + keyBytes() + slot * valueBytes();
        int half = valueWords();
        for (int i = 0; i < half && i < headDim; i++) {
            int upper = i + half < headDim ? nearest(v[vAt + i + half]) : 0;
            NativeMemory.ALL.set(
                    JAVA_INT, value + (long) i * Integer.BYTES, (nearest(v[vAt + i]) >>> Short.SIZE) | upper);
        }
    }

    @Override
    public float key(long keys, int slot, int i) {
        return half(NativeMemory.ALL.get(JAVA_INT, keys + keyOffset(slot) + (i / 2) * LINE_BYTES), i % 2);
    }

    @Override
    public float value(long keys, int slot, int i) {
        long value = keys + keyBytes() + slot * valueBytes();
        int word = i % valueWords();
        return half(NativeMemory.ALL.get(JAVA_INT, value + (long) word * Integer.BYTES), i / valueWords());
    }

    private static float half(int word, int part) {
        return Float.intBitsToFloat(part == 1 ? word & HIGH_HALF : word << Short.SIZE);
    }

    /** The nearest bf16 number, the even one of two, as the upper half of a word; what is no number stays none. */
    static int nearest(float x) {
        int bits = Float.floatToRawIntBits(x);
        if (Float.isNaN(x)) {
            return (bits | QUIET) & HIGH_HALF;
        }
        int even = (bits >>> Short.SIZE) & 1;
        return (bits + 0x7FFF + even) & HIGH_HALF;
    }
}
