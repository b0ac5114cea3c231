package dev.exoflux.benchmarks;

import dev.exoflux.kernels.CpuBackend;
import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Attention of Llama 3.2 1B behind a context of some length. */
@SuppressWarnings("NullAway.Init")
public class AttentionBenchmark extends KernelBenchmark {

    private static final int HEADS = 32;
    private static final int KV_HEADS = 8;
    private static final int HEAD_DIM = 64;

    /** In turn, so that a deep context does not stay in a cache. */
    private static final int LAYERS = 4;

    private static final int FILLING = 512;

    /** Positions in the cache before. */
    @Param({"0", "2048", "8192"})
    public int depth;

    /** Tokens at once: one that is decoded, or a piece of a prompt. */
    @Param({"1", "512"})
    public int rows;

    private CpuBackend backend;
    private KvCache cache;
    private Positions at;
    private float[] q;
    private float[] k;
    private float[] v;
    private int layer;

    @Setup
    public void fill() {
        backend = backend();
        cache = backend.newCache(new KvShape(LAYERS, KV_HEADS, HEAD_DIM), depth + rows);
        for (int position = 0; position < depth; position += FILLING) {
            begin(position, FILLING);
            for (int each = 0; each < LAYERS; each++) {
                attend(each, 1); // what is seen does not matter, only what is written
            }
            cache.extend(position + FILLING);
        }
        begin(depth, rows);
    }

    private void begin(int position, int count) {
        at = new Positions(List.of(new Positions.Run(cache, position, count)));
        q = activations(count * HEADS * HEAD_DIM, 1);
        k = activations(count * KV_HEADS * HEAD_DIM, 2);
        v = activations(count * KV_HEADS * HEAD_DIM, 3);
    }

    private Tensor attend(int each, int window) {
        AttentionShape shape = new AttentionShape(each, HEADS, KV_HEADS, HEAD_DIM, 0.125f, window);
        try (Ops ops = backend.open()) {
            Tensor queries = ops.upload(q, HEADS * HEAD_DIM);
            Tensor keys = ops.upload(k, KV_HEADS * HEAD_DIM);
            return ops.attention(queries, keys, ops.upload(v, KV_HEADS * HEAD_DIM), shape, at);
        }
    }

    @Benchmark
    public Tensor attention(Work work) {
        layer = (layer + 1) % LAYERS;
        double seen = (double) rows * depth + rows * (rows + 1) / 2.0;
        work.add(
                (double) (depth + rows) * backend.cacheBytesPerPosition(new KvShape(1, KV_HEADS, HEAD_DIM)),
                4.0 * HEADS * HEAD_DIM * seen);
        return attend(layer, AttentionShape.FULL);
    }

    @TearDown
    public void forget() {
        cache.close();
        backend.close();
    }
}
