package dev.exoflux.shell.selftest;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.Backend;
import dev.exoflux.model.DType;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Rope;
import dev.exoflux.model.SmallFloatForm;
import dev.exoflux.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * A verb of {@link Ops} with inputs of its own.
 *
 * @param run computes it on a backend, and leaves nothing there
 */
record Verb(String name, Function<Backend, List<float[]>> run) {

    private static final int ROWS = 7;
    private static final int WIDTH = 256;
    private static final int HEAD = 64;
    private static final int KV_HEADS = 2;

    /** Bits that the affine form has. */
    private static final int[] BITS = {2, 3, 4, 5, 6, 8};

    /** Positions of one sequence after another pass; over the end of a block of cache. */
    private static final int[] PASSES = {250, 1, 1, 20, 1};

    private static final AttentionShape ATTENTION =
            new AttentionShape(0, WIDTH / HEAD, KV_HEADS, HEAD, 0.125f, AttentionShape.FULL);
    private static final Rope ROPE = new Rope(HEAD, frequencies(), 1);

    /** All of them, with weights in every form. */
    static List<Verb> all(RandomWeights weights) {
        List<Verb> all = new ArrayList<>();
        all.add(new Verb("embed", backend -> embed(backend, weights.affine(50, WIDTH, 4))));
        for (DType type : List.of(DType.F32, DType.F16, DType.BF16)) {
            all.add(linear(type.name().toLowerCase(Locale.ROOT), weights.dense(131, WIDTH, type)));
        }
        for (int bits : BITS) {
            all.add(linear(bits + " bits", weights.affine(131, WIDTH, bits)));
        }
        for (SmallFloatForm form : SmallFloatForm.values()) {
            all.add(linear(form.label(), weights.smallFloats(131, WIDTH, form)));
        }
        all.add(plain("rows, gather", ops -> ops.gather(ops.rows(x(ops, 1), 2, 5), new int[] {3, 0, 3})));
        all.add(plain("add", ops -> ops.add(x(ops, 1), x(ops, 2))));
        all.add(plain("swiglu", ops -> ops.swiglu(x(ops, 1), x(ops, 2))));
        all.add(plain("rmsNorm, keep", ops -> ops.keep(ops.rmsNorm(x(ops, 1), floats(WIDTH, 3), 1e-5f))));
        all.add(plain("rmsNorm, heads", ops -> ops.rmsNorm(x(ops, 1), floats(HEAD, 3), 1e-5f)));
        all.add(new Verb("rope", Verb::rope));
        all.add(new Verb("attention", Verb::attention));
        return all;
    }

    private static Verb plain(String name, Function<Ops, Tensor> steps) {
        return new Verb(name, backend -> pass(backend, steps));
    }

    private static Verb linear(String form, MatrixData data) {
        float[] bias = floats(data.rows(), 4);
        return new Verb("linear, " + form, backend -> {
            try (Matrix w = backend.load(data, bias)) {
                List<float[]> rows = new ArrayList<>(pass(backend, ops -> ops.linear(x(ops, 1), w)));
                rows.addAll(pass(backend, ops -> ops.linear(ops.rows(x(ops, 1), 0, 1), w))); // other kernels
                return rows;
            }
        });
    }

    private static List<float[]> embed(Backend backend, MatrixData data) {
        try (Matrix table = backend.load(data, null)) {
            return pass(backend, ops -> ops.embed(table, new int[] {0, 49, 7, 7}));
        }
    }

    private static List<float[]> rope(Backend backend) {
        try (KvCache cache = backend.newCache(new KvShape(1, KV_HEADS, HEAD), ROWS)) {
            return pass(backend, ops -> ops.rope(x(ops, 1), ROPE, at(cache, ROWS)));
        }
    }

    /** A prompt, steps, a few at once: of queries and keys that are rotated, as in a model. */
    private static List<float[]> attention(Backend backend) {
        List<float[]> rows = new ArrayList<>();
        try (KvCache cache = backend.newCache(new KvShape(1, KV_HEADS, HEAD), 300)) {
            for (int count : PASSES) {
                int length = cache.length();
                rows.addAll(pass(backend, ops -> {
                    Positions at = at(cache, count);
                    int width = KV_HEADS * HEAD;
                    Tensor q = ops.rope(ops.upload(floats(count * WIDTH, length), WIDTH), ROPE, at);
                    Tensor k = ops.rope(ops.upload(floats(count * width, length + 1), width), ROPE, at);
                    Tensor v = ops.upload(floats(count * width, length + 2), width);
                    return ops.attention(q, k, v, ATTENTION, at);
                }));
                cache.extend(length + count);
            }
        }
        return rows;
    }

    private static Positions at(KvCache cache, int count) {
        return new Positions(List.of(new Positions.Run(cache, cache.length(), count)));
    }

    private static Tensor x(Ops ops, int seed) {
        return ops.upload(floats(ROWS * WIDTH, seed), WIDTH);
    }

    private static List<float[]> pass(Backend backend, Function<Ops, Tensor> steps) {
        try (Ops ops = backend.open()) {
            Tensor y = steps.apply(ops);
            List<float[]> rows = new ArrayList<>();
            for (int row = 0; row < y.rows(); row++) {
                float[] numbers = new float[y.width()];
                ops.read(y, row, numbers);
                rows.add(numbers);
            }
            return rows;
        }
    }

    private static float[] frequencies() {
        float[] frequencies = new float[HEAD / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) Math.pow(10_000, -2.0 * i / HEAD);
        }
        return frequencies;
    }

    private static float[] floats(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = random.nextFloat(-2, 2);
        }
        return floats;
    }
}
