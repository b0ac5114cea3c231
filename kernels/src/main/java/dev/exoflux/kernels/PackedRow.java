package dev.exoflux.kernels;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/** Reads one row of a packed matrix as floats: what an embedding is looked up with. */
final class PackedRow {

    private PackedRow() {}

    static void read(PackedMatrix matrix, int row, float[] out, int outAt) {
        Packing packing = matrix.packing();
        if (packing.narrow()) {
            NarrowPairs.read(matrix, row, out, outAt);
            return;
        }
        int size = matrix.columns() / packing.groups();
        long lane = (long) (row % Lanes.BLOCK) * Integer.BYTES;
        for (int group = 0; group < packing.groups(); group++) {
            long at = matrix.group(row / Lanes.BLOCK, group) + lane;
            long values = at + packing.scaleWords() * Packing.WORD_BYTES;
            float scale = Float.intBitsToFloat(word(at, 0) << packing.scales().scaleShift());
            float bias = Float.intBitsToFloat(
                    NativeMemory.ALL.get(JAVA_INT, at + packing.scales().biasOffset())
                            & packing.scales().biasMask());
            for (int i = 0; i < size; i++) {
                float value = value(packing, values, i);
                out[outAt + group * size + i] = packing.scaleWords() == 0 ? value : value * scale + bias;
            }
        }
    }

    private static float value(Packing packing, long values, int i) {
        int place = packing.kind() == Packing.Kind.BF16 ? i ^ 1 : i; // pairs start in the upper half
        int bits = bits(values, (long) place * packing.bits(), packing.bits());
        return switch (packing.kind()) {
            case F32 -> Float.intBitsToFloat(bits);
            case F16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat(bits << Short.SIZE);
            case AFFINE -> bits;
            case E2M1 -> StoredRow.twiceE2M1(bits);
            case E4M3 -> StoredRow.e4M3(bits);
        };
    }

    /** {@code count} bits of a row's words. */
    private static int bits(long values, long at, int count) {
        int shift = (int) (at % Integer.SIZE);
        int first = (int) (at / Integer.SIZE);
        int low = word(values, first) >>> shift;
        int high = shift + count > Integer.SIZE ? word(values, first + 1) << (Integer.SIZE - shift) : 0;
        return (low | high) & (-1 >>> (Integer.SIZE - count));
    }

    private static int word(long at, int index) {
        return NativeMemory.ALL.get(JAVA_INT, at + index * Packing.WORD_BYTES);
    }
}
