package dev.exoflux.model;

import java.util.List;

/** Log-probabilities of the softmax over logits as the model computed them. Scratch of one {@link Sampler}; not thread-safe. */
final class RawSoftmax {

    private final FixedExp.Block block = new FixedExp.Block();
    private final Likeliest likeliest = new Likeliest();

    /**
     * What is reported of {@code id}.
     *
     * @param peaks of {@code logits}
     * @param top how many alternatives
     */
    Sampled.Logprobs logprobs(float[] logits, Peaks peaks, int id, int top) {
        double normaliser = logSumExp(logits, peaks.highest());
        likeliest.select(logits, peaks, top);
        likeliest.sort();
        Sampled.Alternative[] alternatives = new Sampled.Alternative[likeliest.size()];
        for (int i = 0; i < alternatives.length; i++) {
            int alternative = likeliest.id(i);
            alternatives[i] = new Sampled.Alternative(alternative, (float) (logits[alternative] - normaliser));
        }
        return new Sampled.Logprobs((float) (logits[id] - normaliser), List.of(alternatives));
    }

    /** Sums integers, which is exact, so that any order gives the same. */
    private double logSumExp(float[] logits, double highest) {
        long sum = 0;
        for (int from = 0; from < logits.length; from += FixedExp.BLOCK) {
            sum += sum(block.weights(logits, from, highest, 1), Math.min(FixedExp.BLOCK, logits.length - from));
        }
        return highest + StrictMath.log((double) sum / Candidates.ONE);
    }

    private static long sum(long[] weights, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i];
        }
        return sum;
    }
}
