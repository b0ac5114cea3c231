package dev.exoflux.mlx;

import dev.exoflux.mlx.c.ArrayType;
import dev.exoflux.model.Backend;
import dev.exoflux.model.CausalLm;
import dev.exoflux.model.KvCache;
import dev.exoflux.model.Ops;
import dev.exoflux.model.Positions;
import dev.exoflux.model.Shard;
import dev.exoflux.model.arch.Architectures;
import dev.exoflux.model.weights.ModelDirectory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Run by hand: what it brings to have the next step computed before anybody asks, for a greedy answer of the model in the folder
 * that is the argument, and what it costs one that goes on otherwise, again and again. Both ways take turns; medians of rounds.
 */
final class AheadGain {

    private static final int STEPS = 100;
    private static final int ROUNDS = 15;

    private final Backend backend;
    private final CausalLm model;
    private final float[] logits;

    private AheadGain(Path folder, boolean foretelling) {
        LocalMlx mlx = LocalMlx.start(MlxBackends.library(null), 0);
        Interpreter interpreter =
                mlx.thread().call(() -> new Interpreter(mlx.runtime(), ArrayType.F32, foretelling, Parts.WHOLE));
        backend = new MlxBackend(() -> new LocalEngine(mlx, interpreter));
        ModelDirectory directory = ModelDirectory.open("model", folder);
        model = Architectures.load(directory, Shard.whole(directory.config().layers()), backend);
        logits = new float[model.vocabularySize()];
    }

    static void main(String[] args) {
        AheadGain without = new AheadGain(Path.of(args[0]), false);
        AheadGain with = new AheadGain(Path.of(args[0]), true);
        for (int every : new int[] {Integer.MAX_VALUE, 10}) {
            double[] plain = new double[ROUNDS];
            double[] ahead = new double[ROUNDS];
            for (int round = -3; round < ROUNDS; round++) {
                double first = without.millis(every);
                double second = with.millis(every);
                if (round >= 0) {
                    plain[round] = first;
                    ahead[round] = second;
                }
            }
            System.out.printf(
                    "%s: %.3f ms a step, ahead %.3f%n",
                    every == 10 ? "every tenth otherwise" : "greedy", median(plain), median(ahead));
        }
    }

    private static double median(double[] values) {
        return Arrays.stream(values)
                .sorted()
                .skip(values.length / 2)
                .findFirst()
                .orElseThrow();
    }

    /** Of a step; each {@code every}th goes on with another token than the likeliest. */
    private double millis(int every) {
        try (KvCache cache = model.newCache(2 * STEPS)) {
            int token = 17;
            long start = System.nanoTime();
            for (int i = 1; i <= STEPS; i++) {
                token = next(cache, token) ^ (i % every == 0 ? 1 : 0);
            }
            return (System.nanoTime() - start) / 1e6 / STEPS;
        }
    }

    private int next(KvCache cache, int token) {
        Positions at = new Positions(List.of(new Positions.Run(cache, cache.length(), 1)));
        try (Ops ops = backend.open()) {
            ops.read(model.logits(ops, model.layers(ops, model.embed(ops, new int[] {token}), at)), 0, logits);
        }
        cache.extend(cache.length() + 1);
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
