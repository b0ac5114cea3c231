package dev.exoflux.pipeline;

import dev.exoflux.model.CausalLm;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;

/** A real model that fails for sequences of some capacities. */
record FailingModel(CausalLm model) implements CausalLm {

    /** Gets no cache. */
    static final int NO_CACHE = 41;

    /** Fails within a pass, for no reason a user could know. */
    static final int FAILS = 42;

    /** Finds Java's heap full within a pass. */
    static final int RUNS_OUT_OF_HEAP = 43;

    @Override
    public KvCache newCache(int capacity) {
        if (capacity == NO_CACHE) {
            throw new ExofluxException(ErrorCode.OUT_OF_MEMORY, "no room for the cache");
        }
        return model.newCache(capacity);
    }

    @Override
    public Tensor layers(Ops ops, Tensor hidden, Positions at) {
        Tensor computed = model.layers(ops, hidden, at);
        for (Positions.Run run : at.runs()) {
            if (run.cache().capacity() == FAILS) {
                throw new IllegalStateException("a defect");
            }
            if (run.cache().capacity() == RUNS_OUT_OF_HEAP) {
                throw new OutOfMemoryError("Java heap space");
            }
        }
        return computed;
    }

    @Override
    public Shard shard() {
        return model.shard();
    }

    @Override
    public int hiddenSize() {
        return model.hiddenSize();
    }

    @Override
    public int vocabularySize() {
        return model.vocabularySize();
    }

    @Override
    public Tensor embed(Ops ops, int[] ids) {
        return model.embed(ops, ids);
    }

    @Override
    public Tensor logits(Ops ops, Tensor hidden) {
        return model.logits(ops, hidden);
    }

    @Override
    public KvShape kvShape() {
        return model.kvShape();
    }

    @Override
    public long weightBytes() {
        return model.weightBytes();
    }

    @Override
    public void close() {
        model.close();
    }
}
