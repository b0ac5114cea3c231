package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Pairs of bf16 numbers in three quarters of their memory, and to the last bit what they were: decoding takes as long as weights
 * take to be read. The upper byte of a bf16 number is its sign and most of its exponent, and nearly all weights of a block share
 * sixteen of those, so four bits say which one it is; the few others are kept apart, as patches. {@code narrow.h} gives the
 * layout. That exponents of weights carry fewer than three bits of information is why models compress without loss: see Zhang et
 * al. 2025, "70% Size, 100% Accuracy: Lossless LLM Compression via Dynamic-Length Float"; of fixed length, they can be read in
 * vectors.
 */
@SuppressWarnings("restricted") // our own code, called with the extents it was written for
final class NarrowPairs {

    /** One patch for so many numbers at most, as an average of a matrix: with more, the products would wait for them. */
    private static final int NUMBERS_A_PATCH = 1024;

    private static final int QUAD = 4; // words
    private static final long QUAD_BYTES = 3 * Packing.WORD_BYTES;
    private static final long HEAD_BYTES = Packing.WORD_BYTES;
    private static final long PATCHES_AT = 16;
    private static final long PATCH_COUNT_AT = 24;

    /** A patch says where it belongs in what is left beside its byte. */
    private static final int LARGEST_PLACE = 1 << (Integer.SIZE - Byte.SIZE);

    private static final MethodHandle NARROW = Linker.nativeLinker()
            .downcallHandle(
                    FunctionDescriptor.of(
                            JAVA_INT, // patches, or -1 where they are more
                            ADDRESS, // wide
                            JAVA_INT, // words
                            JAVA_LONG, // block
                            ADDRESS, // patches
                            JAVA_INT), // most
                    Linker.Option.critical(true));

    private final MemorySegment function;

    NarrowPairs(MemorySegment function) {
        this.function = function;
    }

    /** Whether a matrix may be made narrow. */
    static boolean suit(Packing packing) {
        return packing.kind() == Packing.Kind.BF16 && packing.valueWords() < LARGEST_PLACE / Packing.WORD_BYTES;
    }

    /** Bytes of a block of so many words of two numbers. */
    static long blockBytes(int words) {
        return HEAD_BYTES + (words + QUAD - 1) / QUAD * QUAD_BYTES;
    }

    /** Patches that a matrix has room for. */
    static int patches(int blocks, int words) {
        long numbers = (long) blocks * words * 2 * Lanes.BLOCK;
        return Math.toIntExact(numbers / NUMBERS_A_PATCH + 1);
    }

    /**
     * Writes a block without the address of its patches.
     *
     * @param wide its words, as {@link BlockPacker} has packed them
     * @param patches takes those that there are
     * @return how many, or -1 if there is no room for them
     */
    int narrow(int[] wide, int words, long block, int[] patches) {
        try {
            return (int) NARROW.invokeExact(
                    function,
                    MemorySegment.ofArray(wide),
                    words,
                    block,
                    MemorySegment.ofArray(patches),
                    patches.length);
        } catch (Throwable e) {
            throw new IllegalStateException("%d words of bf16 numbers cannot be made narrow".formatted(words), e);
        }
    }

    /** Says where the patches of a block are. */
    static void patched(long block, long patches) {
        NativeMemory.ALL.set(JAVA_LONG, block + PATCHES_AT, patches);
    }

    /** As {@link PackedRow#read}. */
    static void read(PackedMatrix matrix, int row, float[] out, int outAt) {
        long block = matrix.group(row / Lanes.BLOCK, 0);
        int lane = row % Lanes.BLOCK;
        for (int i = 0; i < matrix.columns(); i++) {
            int number = 2 * lane + 1 - i % 2; // of its word: pairs start in the upper half
            int word = i / 2;
            int part = word % QUAD / 2;
            int place = number / 8 * 16 + word % 2 * 8 + number % 8;
            long quad = block + HEAD_BYTES + word / QUAD * QUAD_BYTES;
            int lower = octet(quad + part * Packing.WORD_BYTES + place);
            int code = (octet(quad + 2 * Packing.WORD_BYTES + place) >> (4 * part)) & 0xF;
            out[outAt + i] = number(octet(block + code), lower);
        }
        patch(matrix, block, lane, out, outAt);
    }

    private static void patch(PackedMatrix matrix, long block, int lane, float[] out, int outAt) {
        long patches = NativeMemory.ALL.get(JAVA_LONG, block + PATCHES_AT);
        long count = NativeMemory.ALL.get(JAVA_LONG, block + PATCH_COUNT_AT);
        for (int p = 0; p < count; p++) {
            int patch = NativeMemory.ALL.get(JAVA_INT, patches + (long) p * Integer.BYTES);
            int place = patch >>> Byte.SIZE;
            int i = place / (int) Packing.WORD_BYTES * 2 + (place % Integer.BYTES < 2 ? 1 : 0);
            if (place % Packing.WORD_BYTES / Integer.BYTES == lane && i < matrix.columns()) {
                int lower = (Float.floatToRawIntBits(out[outAt + i]) >>> Short.SIZE) & 0xFF;
                out[outAt + i] = number(patch & 0xFF, lower);
            }
        }
    }

    private static float number(int upper, int lower) {
        return Float.intBitsToFloat(((upper << Byte.SIZE) | lower) << Short.SIZE);
    }

    private static int octet(long address) {
        return Byte.toUnsignedInt(NativeMemory.ALL.get(JAVA_BYTE, address));
    }
}
