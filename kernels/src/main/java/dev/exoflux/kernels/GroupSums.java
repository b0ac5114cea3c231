package dev.exoflux.kernels;

/**
 * Sums over the groups of inputs that share a scale, which the biases of affine matrices are multiplied with: {@code [rows,
 * width / size]}. Computed once for the matrices that read the same activations.
 */
final class GroupSums {

    private final CpuTensor x;
    private final int size;
    private final float[] values;

    GroupSums(CpuTensor x, int size, Buffers buffers) {
        this.x = x;
        this.size = size;
        int groups = x.width() / size;
        this.values = buffers.take(x.rows() * groups);
        for (int row = 0; row < x.rows(); row++) {
            sum(x.data(), x.at(row), groups, values, row * groups);
        }
    }

    boolean describes(CpuTensor other, int otherSize) {
        return x == other && size == otherSize;
    }

    float[] values() {
        return values;
    }

    private void sum(float[] in, int at, int groups, float[] out, int outAt) {
        int group = 0;
        for (; group + 4 <= groups; group += 4) { // four sums at once: one alone would wait for each addition
            int from = at + group * size;
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            for (int i = from; i < from + size; i++) {
                a += in[i];
                b += in[i + size];
                c += in[i + 2 * size];
                d += in[i + 3 * size];
            }
            out[outAt + group] = a;
            out[outAt + group + 1] = b;
            out[outAt + group + 2] = c;
            out[outAt + group + 3] = d;
        }
        for (; group < groups; group++) {
            float sum = 0;
            for (int i = at + group * size; i < at + (group + 1) * size; i++) {
                sum += in[i];
            }
            out[outAt + group] = sum;
        }
    }
}
