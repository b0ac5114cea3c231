package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;

/**
 * Four elements a word, signed whole numbers of 8 bits, each key and each value with a step of its own, as {@link Int8Rounding}
 * gives it to a group. The steps of a block's keys lie behind those, and likewise the steps of the values.
 */
record Int8Layout(int headDim) implements KvLayout {

    /** A score's sum of products of whole numbers must fit the 24 bits of a float, which is what Java adds it up in. */
    private static final int MOST_ELEMENTS = 1024;

    private static final long STEPS_BYTES = (long) BLOCK * Float.BYTES;

    Int8Layout {
        if (headDim > MOST_ELEMENTS) {
            throw new ExofluxException(ErrorCode.UNSUPPORTED, """
                    Heads of %d elements cannot be kept in 8 bits: %d is the most.
                    Maybe keep keys and values in bf16.""".formatted(headDim, MOST_ELEMENTS));
        }
    }

    @Override
    public int parts() {
        return 4;
    }

    @Override
    public long keyBytes() {
        return (long) BLOCK * keyWords() * Integer.BYTES + STEPS_BYTES;
    }

    @Override
    public long bytes() {
        return keyBytes() + BLOCK * valueBytes() + STEPS_BYTES;
    }

    @Override
    public void put(long keys, int slot, float[] k, int kAt, float[] v, int vAt) {
        float keyStep = Int8Rounding.step(k, kAt, headDim);
        NativeMemory.ALL.set(JAVA_FLOAT, keySteps(keys) + (long) slot * Float.BYTES, keyStep);
        pack(k, kAt, keyStep, keyWords(), 1, keys + keyOffset(slot), LINE_BYTES);
        float valueStep = Int8Rounding.step(v, vAt, headDim);
        NativeMemory.ALL.set(JAVA_FLOAT, valueSteps(keys) + (long) slot * Float.BYTES, valueStep);
        long value = keys + keyBytes() + slot * valueBytes();
        pack(v, vAt, valueStep, valueWords(), valueWords(), value, Integer.BYTES);
    }

    /** @param apart elements from one part of a word to the next: 1 where a word has elements that follow each other */
    private void pack(float[] x, int at, float step, int words, int apart, long to, long wordBytes) {
        float inverse = Int8Rounding.inverse(step);
        int between = apart == 1 ? parts() : 1;
        for (int word = 0; word < words; word++) {
            int packed = 0;
            for (int part = 0; part < parts(); part++) {
                int i = word * between + part * apart;
                int whole = i < headDim ? Int8Rounding.whole(x[at + i], inverse) : 0;
                packed |= (whole & 0xFF) << (part * Byte.SIZE);
            }
            NativeMemory.ALL.set(JAVA_INT, to + word * wordBytes, packed);
        }
    }

    @Override
    public float key(long keys, int slot, int i) {
        return part(NativeMemory.ALL.get(JAVA_INT, keys + keyOffset(slot) + (i / 4) * LINE_BYTES), i % 4);
    }

    @Override
    public float value(long keys, int slot, int i) {
        long value = keys + keyBytes() + slot * valueBytes();
        int word = i % valueWords();
        return part(NativeMemory.ALL.get(JAVA_INT, value + (long) word * Integer.BYTES), i / valueWords());
    }

    private static float part(int word, int part) {
        return (byte) (word >> (part * Byte.SIZE));
    }

    @Override
    public float keyStep(long keys, int slot) {
        return NativeMemory.ALL.get(JAVA_FLOAT, keySteps(keys) + (long) slot * Float.BYTES);
    }

    @Override
    public float valueStep(long keys, int slot) {
        return NativeMemory.ALL.get(JAVA_FLOAT, valueSteps(keys) + (long) slot * Float.BYTES);
    }

    /** Address of the steps of a block's keys, position by position. */
    long keySteps(long keys) {
        return keys + keyBytes() - STEPS_BYTES;
    }

    /** Address of the steps of a block's values, position by position. */
    long valueSteps(long keys) {
        return keys + bytes() - STEPS_BYTES;
    }
}
