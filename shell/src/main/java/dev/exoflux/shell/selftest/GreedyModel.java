package dev.exoflux.shell.selftest;

import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.Tensor;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import java.util.Arrays;
import java.util.List;

/** A whole model on one backend, one sequence at a time, nothing around it. Owns the model, not the backend. */
final class GreedyModel implements AutoCloseable {

    private final Backend backend;
    private final CausalLm model;

    GreedyModel(ModelDirectory directory, Backend backend) {
        this.backend = backend;
        this.model =
                Architectures.load(directory, Shard.whole(directory.config().layers()), backend);
    }

    /**
     * What follows a prompt.
     *
     * @param tokens the most likely ones, one after another; an end token ends nothing
     * @param stepNanos the median of the steps after the prompt
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int[] tokens, long stepNanos) {}

    Answer answer(int[] prompt, int count) {
        int[] tokens = new int[count];
        long[] nanos = new long[count];
        try (KvCache cache = model.newCache(prompt.length + count)) {
            int[] ids = prompt;
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                tokens[i] = next(cache, ids);
                nanos[i] = System.nanoTime() - start;
                ids = new int[] {tokens[i]};
            }
        }
        long[] steps = Arrays.copyOfRange(nanos, 1, count);
        Arrays.sort(steps);
        return new Answer(tokens, steps[steps.length / 2]);
    }

    private int next(KvCache cache, int[] ids) {
        float[] logits = new float[model.vocabularySize()];
        try (Ops ops = backend.open()) {
            Positions at = new Positions(List.of(new Positions.Run(cache, cache.length(), ids.length)));
            Tensor hidden = model.layers(ops, model.embed(ops, ids), at);
            ops.read(model.logits(ops, ops.rows(hidden, ids.length - 1, 1)), 0, logits);
        }
        cache.extend(cache.length() + ids.length);
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            best = logits[id] > logits[best] ? id : best;
        }
        return best;
    }

    @Override
    public void close() {
        model.close();
    }
}
