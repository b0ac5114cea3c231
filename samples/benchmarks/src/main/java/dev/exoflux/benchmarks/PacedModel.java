package dev.exoflux.benchmarks;

import dev.exoflux.model.CausalLm;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.KvShape;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A real model on a machine that is slower, and not busy with anything else: its layers take at least so long, the processor being free
 * for others meanwhile. So a few cores do for several such machines.
 *
 * @param pass what the weights take, however many rows there are
 * @param row what each row takes beside
 */
record PacedModel(CausalLm model, Duration pass, Duration row) implements CausalLm {

    @Override
    public Tensor layers(Ops ops, Tensor hidden, Positions at) {
        long end = System.nanoTime() + pass.toNanos() + row.toNanos() * at.rows();
        Tensor computed = model.layers(ops, hidden, at);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
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
    public KvCache newCache(int capacity) {
        return model.newCache(capacity);
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
