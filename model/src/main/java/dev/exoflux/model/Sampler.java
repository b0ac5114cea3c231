package dev.exoflux.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a token from logits. The choice is a pure function of (logits, settings, history, position): nothing is carried
 * from one draw to the next, and the arithmetic gives the same token on every machine.
 *
 * <p>The draw for position n turns {@link ShardSeed#derive derive(seed, 0, n)} into a point of the cumulative distribution over
 * the remaining tokens, likeliest first, ties to the lower id. Greedy choice breaks ties the same way.
 *
 * <p>Holds scratch of the size of a vocabulary: one instance a thread.
 */
public final class Sampler {

    private final Candidates candidates = new Candidates();
    private float[] adjusted = new float[0];

    /**
     * The token for {@code position}.
     *
     * @param logits one number for each token id, -infinity for an impossible one; left unchanged
     * @param history the tokens at positions {@code [0, position)}, which the penalties count
     * @throws ExofluxException with {@link ErrorCode#INTERNAL} if a logit is NaN or infinite, or no token is possible
     */
    public Sampled sample(float[] logits, SamplingSettings settings, TokenHistory history, int position) {
        int likeliest = highest(logits);
        float[] scores = logits;
        if (penalises(settings) || !settings.logitBias().isEmpty()) {
            scores = adjust(logits, settings, history);
            likeliest = highest(scores);
        }
        int id = settings.temperature() == 0 ? likeliest : draw(scores, scores[likeliest], settings, position);
        return new Sampled(id, logprobs(logits, settings, id));
    }

    /**
     * What {@link #sample} would report had {@code id} been chosen, as for the tokens of a prompt.
     *
     * @param logits as in {@link #sample}
     */
    public Sampled score(float[] logits, SamplingSettings settings, int id) {
        return new Sampled(id, logprobs(logits, settings, id));
    }

    private static boolean penalises(SamplingSettings settings) {
        return settings.repetitionPenalty() != 1 || settings.presencePenalty() != 0 || settings.frequencyPenalty() != 0;
    }

    /** A copy of the logits, in scratch, with bias and penalties applied. */
    private float[] adjust(float[] logits, SamplingSettings settings, TokenHistory history) {
        if (adjusted.length != logits.length) {
            adjusted = new float[logits.length];
        }
        System.arraycopy(logits, 0, adjusted, 0, logits.length);
        for (Map.Entry<Integer, Float> bias : settings.logitBias().entrySet()) {
            adjusted[bias.getKey()] += bias.getValue();
        }
        if (penalises(settings)) {
            penalise(adjusted, settings, history.counts());
        }
        return adjusted;
    }

    private static void penalise(float[] scores, SamplingSettings settings, TokenCounts counts) {
        float repetition = settings.repetitionPenalty();
        for (int slot = 0; slot < counts.slots(); slot++) {
            int id = counts.id(slot);
            if (id < 0 || counts.all(slot) == 0) {
                continue;
            }
            float score = scores[id];
            score = score < 0 ? score * repetition : score / repetition;
            int answered = counts.answer(slot);
            if (answered > 0) {
                score -= settings.presencePenalty() + answered * settings.frequencyPenalty();
            }
            scores[id] = score;
        }
    }

    /** What {@link #sample} draws from, for positive temperatures: the probability of each token that can be drawn. */
    Map<Integer, Double> probabilities(float[] logits, SamplingSettings settings, TokenHistory history) {
        float[] scores = adjust(logits, settings, history);
        truncate(scores, scores[highest(scores)], settings);
        return candidates.probabilities();
    }

    private int draw(float[] scores, float highest, SamplingSettings settings, int position) {
        truncate(scores, highest, settings);
        return candidates.draw(ShardSeed.derive(settings.seed(), 0, position));
    }

    private void truncate(float[] scores, float highest, SamplingSettings settings) {
        if (settings.topK() > 0 && settings.topK() < scores.length) {
            candidates.take(Likeliest.ids(scores, settings.topK()), scores, highest, settings.temperature());
        } else {
            candidates.take(scores, highest, settings.temperature());
        }
        if (settings.topP() < 1) {
            candidates.keepShare(settings.topP());
        }
        if (settings.minP() > 0) {
            candidates.keepAtLeast((long) Math.ceil((double) settings.minP() * Candidates.ONE));
        }
    }

    private static Sampled.@Nullable Logprobs logprobs(float[] logits, SamplingSettings settings, int id) {
        if (settings.topLogprobs() < 0) {
            return null;
        }
        double normaliser = logSumExp(logits);
        List<Sampled.Alternative> top = new ArrayList<>(settings.topLogprobs());
        for (int alternative : Likeliest.ids(logits, settings.topLogprobs())) {
            top.add(new Sampled.Alternative(alternative, (float) (logits[alternative] - normaliser)));
        }
        return new Sampled.Logprobs((float) (logits[id] - normaliser), top);
    }

    private static double logSumExp(float[] logits) {
        double highest = logits[highest(logits)];
        long sum = 0;
        for (float logit : logits) {
            sum += FixedExp.weight(logit - highest);
        }
        return highest + StrictMath.log((double) sum / Candidates.ONE);
    }

    /** Index of the highest of numbers that may be drawn from; the first of several. */
    private static int highest(float[] logits) {
        int best = 0;
        boolean undefined = false;
        for (int i = 0; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
            undefined |= Float.isNaN(logits[i]);
        }
        if (undefined || !Float.isFinite(logits[best])) {
            throw unusable(logits, best);
        }
        return best;
    }

    private static ExofluxException unusable(float[] logits, int best) {
        int at = best;
        for (int i = 0; i < logits.length; i++) {
            if (Float.isNaN(logits[i])) {
                at = i;
                break;
            }
        }
        return new ExofluxException(ErrorCode.INTERNAL, """
                The model computed %s as the logit of token %d (of %d): no token can be chosen.
                Maybe its weights are damaged, or overflow in the arithmetic they were loaded into.""".formatted(logits[at], at, logits.length));
    }
}
