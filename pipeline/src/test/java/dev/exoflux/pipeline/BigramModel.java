package dev.exoflux.pipeline;

import dev.exoflux.model.AttentionShape;
import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.DType;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Matrix;
import dev.exoflux.model.MatrixData;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import java.lang.foreign.MemorySegment;

/** The smallest model there is: the logits of a token's followers are the token's row of a table. */
final class BigramModel implements CausalLm {

    private static final KvShape CACHE = new KvShape(1, 1, 16);

    private static final AttentionShape ATTENTION = new AttentionShape(0, 1, 1, 16, 1, AttentionShape.FULL);

    private final Backend backend;
    private final Matrix table;

    /** @param logits {@code [from][to]}, as many rows as columns */
    BigramModel(Backend backend, float[][] logits) {
        this.backend = backend;
        int tokens = logits.length;
        float[] flat = new float[tokens * tokens];
        for (int from = 0; from < tokens; from++) {
            System.arraycopy(logits[from], 0, flat, from * tokens, tokens);
        }
        this.table = backend.load(new MatrixData.Dense(tokens, tokens, DType.F32, MemorySegment.ofArray(flat)), null);
    }

    @Override
    public Shard shard() {
        return Shard.whole(1);
    }

    @Override
    public int hiddenSize() {
        return table.columns();
    }

    @Override
    public int vocabularySize() {
        return table.rows();
    }

    @Override
    public Tensor embed(Ops ops, int[] ids) {
        return ops.embed(table, ids);
    }

    @Override
    public Tensor layers(Ops ops, Tensor hidden, Positions at) {
        int rows = at.runs().stream().mapToInt(Positions.Run::count).sum();
        Tensor nothing = ops.upload(new float[rows * CACHE.headDim()], CACHE.headDim());
        ops.attention(nothing, nothing, nothing, ATTENTION, at); // so that caches grow
        return hidden;
    }

    @Override
    public Tensor logits(Ops ops, Tensor hidden) {
        return hidden;
    }

    @Override
    public KvShape kvShape() {
        return CACHE;
    }

    @Override
    public KvCache newCache(int capacity) {
        return backend.newCache(CACHE, capacity);
    }

    @Override
    public long weightBytes() {
        return 4L * table.rows() * table.columns();
    }

    @Override
    public void close() {
        table.close();
    }
}
