package dev.exoflux.mlx;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.DType;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.RandomMatrix;
import dev.exoflux.model.Rope;
import dev.exoflux.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a process of MLX's own costs a decode step, run by hand: the steps of one layer so narrow that next to nothing is computed, with
 * few logits and with the 128256 of Llama 3, with caches of the processor that are warm, and after so much else that they are cold, as
 * large weights leave them. Both ways take turns; medians of the differences between neighbours.
 */
final class WorkerCost {

    private static final int LAYERS = 1;
    private static final int WIDTH = 64;
    private static final int VOCABULARY = 128_256;

    /** Of the last product: its logits are many, and next to nothing to compute. */
    private static final int LAST_WIDTH = 8;

    private static final int STEPS = 400;
    private static final int ROUNDS = 8;

    /** Twice what caches hold. */
    private static final int[] ELSE = new int[16 << 20];

    private static final int LINE = 64 / Integer.BYTES;
    private static final Rope ROPE = new Rope(16, new float[8], 1);

    private final MlxBackend backend;
    private final Matrix table;
    private final Matrix square;
    private final Matrix last;
    private final Matrix head;
    private final Matrix narrow;
    private final KvCache cache;
    private final float[] norm = new float[WIDTH];
    private final float[] logits = new float[VOCABULARY];

    private WorkerCost(MlxBackend backend, int vocabulary) {
        this.backend = backend;
        this.table = backend.load(RandomMatrix.dense(256, WIDTH, DType.F32, 1).data(), null);
        this.square =
                backend.load(RandomMatrix.dense(WIDTH, WIDTH, DType.F32, 2).data(), null);
        this.last =
                backend.load(RandomMatrix.dense(LAST_WIDTH, WIDTH, DType.F32, 5).data(), null);
        this.head = backend.load(
                RandomMatrix.dense(vocabulary, LAST_WIDTH, DType.F32, 3).data(), null);
        this.narrow =
                backend.load(RandomMatrix.dense(WIDTH / 2, WIDTH, DType.F32, 4).data(), null);
        this.cache = backend.newCache(new KvShape(LAYERS, 2, 16), 1 << 16);
        Arrays.fill(norm, 1);
    }

    public static void main(String[] args) {
        for (int vocabulary : new int[] {256, VOCABULARY}) {
            try (MlxBackend local = MlxBackends.create(null, MlxActivations.F32);
                    MlxBackend worker = MlxBackends.create(MlxSettings.of(null, MlxActivations.F32))) {
                WorkerCost here = new WorkerCost(local, vocabulary);
                WorkerCost there = new WorkerCost(worker, vocabulary);
                compare(here, there, false); // compiles
                for (int round = 0; round < ROUNDS; round++) {
                    String warm = compare(here, there, false);
                    System.out.printf("%d logits: warm %s; cold %s%n", vocabulary, warm, compare(here, there, true));
                }
            }
        }
    }

    private static String compare(WorkerCost here, WorkerCost there, boolean cold) {
        List<Long> nearby = new ArrayList<>();
        List<Long> more = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            long away = i % 2 == 0 ? there.nanos(cold) : 0;
            nearby.add(here.nanos(cold));
            more.add((i % 2 == 0 ? away : there.nanos(cold)) - nearby.getLast());
        }
        return "%.0f us in process, in a worker %.0f more".formatted(median(nearby) / 1e3, median(more) / 1e3);
    }

    private static long median(List<Long> all) {
        return all.stream().sorted().skip(all.size() / 2).findFirst().orElseThrow();
    }

    private long nanos(boolean cold) {
        if (cache.length() > 200) {
            cache.trim(10);
        }
        if (cold) {
            for (int i = 0; i < ELSE.length; i += LINE) {
                ELSE[i]++;
            }
        }
        long start = System.nanoTime();
        step();
        return System.nanoTime() - start;
    }

    private void step() {
        int position = cache.length();
        Positions at = new Positions(List.of(new Positions.Run(cache, position, 1)));
        try (Ops ops = backend.open()) {
            Tensor x = ops.embed(table, new int[] {position % 256});
            for (int layer = 0; layer < LAYERS; layer++) {
                AttentionShape shape = new AttentionShape(layer, 4, 2, 16, 0.25f, AttentionShape.FULL);
                Tensor n = ops.rmsNorm(x, norm, 1e-5f);
                Tensor q = ops.rope(ops.linear(n, square), ROPE, at);
                Tensor k = ops.rope(ops.linear(n, narrow), ROPE, at);
                Tensor v = ops.linear(n, narrow);
                Tensor h = ops.add(x, ops.linear(ops.attention(q, k, v, shape, at), square));
                Tensor m = ops.rmsNorm(h, norm, 1e-5f);
                Tensor g = ops.swiglu(ops.linear(m, square), ops.linear(m, square));
                x = ops.keep(ops.add(h, ops.linear(g, square)));
            }
            ops.read(ops.linear(ops.linear(ops.rmsNorm(x, norm, 1e-5f), last), head), 0, logits);
        }
        cache.extend(position + 1);
    }
}
