package dev.exoflux.kernels;

/** Sums over the groups of inputs that share a scale, which the biases of affine matrices are multiplied with. */
final class GroupSums {

    private GroupSums() {}

    /** Plain ascending sums over each {@code size} of the {@code groups * size} elements from {@code at} on. */
    static void sum(float[] x, int at, int size, float[] out, int outAt, int groups) {
        int group = 0;
        for (; group + 4 <= groups; group += 4) { // four sums at once: one alone would wait for each addition
            int from = at + group * size;
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            for (int i = from; i < from + size; i++) {
                a += x[i];
                b += x[i + size];
                c += x[i + 2 * size];
                d += x[i + 3 * size];
            }
            out[outAt + group] = a;
            out[outAt + group + 1] = b;
            out[outAt + group + 2] = c;
            out[outAt + group + 3] = d;
        }
        for (; group < groups; group++) { // tail
            float sum = 0;
            for (int i = at + group * size; i < at + (group + 1) * size; i++) {
                sum += x[i];
            }
            out[outAt + group] = sum;
        }
    }
}
