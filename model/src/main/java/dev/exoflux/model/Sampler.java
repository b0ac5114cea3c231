package dev.exoflux.model;

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

    private final Peaks peaks = new Peaks();
    private final Peaks adjustedPeaks = new Peaks();
    private final Likeliest likeliest = new Likeliest();
    private final Candidates candidates = new Candidates();
    private final RawSoftmax softmax = new RawSoftmax();
    private float[] adjusted = new float[0];

    /**
     * The token for {@code position}.
     *
     * @param logits one number for each token id, -infinity for an impossible one; left unchanged
     * @param history the tokens at positions {@code [0, position)}, which the penalties count
     * @throws ExofluxException with {@link ErrorCode#INTERNAL} if a logit is NaN or infinite, or no token is possible; with
     *     {@link ErrorCode#UNSUPPORTED} if there are more tokens than can be drawn from
     */
    public Sampled sample(float[] logits, SamplingSettings settings, TokenHistory history, int position) {
        scan(logits, peaks);
        int id = adjusts(settings)
                ? choose(adjust(logits, settings, history), adjustedPeaks, settings, position)
                : choose(logits, peaks, settings, position);
        return new Sampled(id, logprobs(logits, settings, id));
    }

    /**
     * What {@link #sample} would report had {@code id} been chosen, as for the tokens of a prompt.
     *
     * @param logits as in {@link #sample}
     */
    public Sampled score(float[] logits, SamplingSettings settings, int id) {
        scan(logits, peaks);
        return new Sampled(id, logprobs(logits, settings, id));
    }

    private Sampled.@Nullable Logprobs logprobs(float[] logits, SamplingSettings settings, int id) {
        return settings.topLogprobs() < 0 ? null : softmax.logprobs(logits, peaks, id, settings.topLogprobs());
    }

    private int choose(float[] scores, Peaks its, SamplingSettings settings, int position) {
        if (settings.temperature() == 0) {
            return its.indexOfHighest(scores);
        }
        truncate(scores, its, settings);
        return candidates.draw(ShardSeed.derive(settings.seed(), 0, position));
    }

    private static boolean adjusts(SamplingSettings settings) {
        return penalises(settings) || !settings.logitBias().isEmpty();
    }

    private static boolean penalises(SamplingSettings settings) {
        return settings.repetitionPenalty() != 1 || settings.presencePenalty() != 0 || settings.frequencyPenalty() != 0;
    }

    /** A copy of the logits, in scratch, with bias and penalties applied; scanned. */
    private float[] adjust(float[] logits, SamplingSettings settings, TokenHistory history) {
        if (adjusted.length != logits.length) {
            adjusted = new float[logits.length];
        }
        System.arraycopy(logits, 0, adjusted, 0, logits.length);
        settings.bias().addTo(adjusted);
        if (penalises(settings)) {
            penalise(adjusted, settings, history.counts());
        }
        scan(adjusted, adjustedPeaks);
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
        truncate(adjust(logits, settings, history), adjustedPeaks, settings);
        return candidates.probabilities();
    }

    private void truncate(float[] scores, Peaks its, SamplingSettings settings) {
        if (scores.length > Candidates.MAX_VOCABULARY) {
            throw new ExofluxException(ErrorCode.UNSUPPORTED, """
                    The model has %d tokens; draws are made among %d at most.
                    Maybe set the temperature to 0.""".formatted(scores.length, Candidates.MAX_VOCABULARY));
        }
        if (settings.topK() > 0 && settings.topK() < scores.length) {
            likeliest.select(scores, its, settings.topK());
            candidates.take(likeliest, scores, its.highest(), settings.temperature());
        } else {
            candidates.take(scores, its.highest(), settings.temperature());
        }
        if (settings.topP() < 1) {
            candidates.keepShare(settings.topP());
        }
        if (settings.minP() > 0) {
            candidates.keepAtLeast((long) Math.ceil((double) settings.minP() * Candidates.ONE));
        }
    }

    /** Looks through numbers that are to be drawn from. */
    private static void scan(float[] logits, Peaks its) {
        its.scan(logits);
        if (!Float.isFinite(its.highest())) {
            throw unusable(logits);
        }
    }

    private static ExofluxException unusable(float[] logits) {
        int at = 0;
        for (int i = 0; i < logits.length && !Float.isNaN(logits[at]); i++) {
            at = Float.isNaN(logits[i]) || logits[i] > logits[at] ? i : at;
        }
        return new ExofluxException(ErrorCode.INTERNAL, """
                The model computed %s as the logit of token %d (of %d): no token can be chosen.
                Maybe its weights are damaged, or overflow in the arithmetic they were loaded into.""".formatted(logits[at], at, logits.length));
    }
}
