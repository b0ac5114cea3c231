package dev.exoflux.kernels;

/** What rounding leaves of a key or a value. */
final class Kept {

    private Kept() {}

    static float[] asBf16(float[] elements) {
        float[] kept = new float[elements.length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = Float.intBitsToFloat(Bf16Layout.nearest(elements[i]));
        }
        return kept;
    }

    static float[] inSteps(float[] elements) {
        float[] kept = new float[elements.length];
        float[] step = new float[1];
        Int8Rounding.round(elements, 0, kept.length, kept, 0, step, new float[1], 0);
        for (int i = 0; i < kept.length; i++) {
            kept[i] *= step[0];
        }
        return kept;
    }
}
