package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SamplerTest {

    private static final SamplingSettings PLAIN =
            SamplingSettings.builder().temperature(1).seed(42).build();
    private static final TokenHistory NOTHING = new TokenHistory(0);

    private final Sampler sampler = new Sampler();

    @Test
    void greedyTakesTheLowestIdOfEqualLogits() {
        assertThat(draw(new float[] {1, 3, -2, 3, 3}, SamplingSettings.GREEDY, 9))
                .isEqualTo(1);
    }

    @Test
    void leavesTheLogitsAsTheyWere() {
        float[] logits = logits(33, 1);
        float[] before = logits.clone();
        TokenHistory history = new TokenHistory(1);
        history.write(0, 3, 4);
        SamplingSettings everything = SamplingSettings.builder()
                .temperature(0.7f)
                .topK(9)
                .topP(0.9f)
                .minP(0.01f)
                .repetitionPenalty(1.3f)
                .presencePenalty(1)
                .frequencyPenalty(1)
                .logitBias(Map.of(5, 3f))
                .topLogprobs(5)
                .build();
        sampler.sample(logits, everything, history, 2);
        assertThat(logits).isEqualTo(before);
    }

    @Test
    void aDrawDependsOnItsPositionAndNotOnWhatWasDrawnBefore() {
        float[] logits = logits(207, 2);
        int[] forwards =
                IntStream.range(0, 300).map(n -> draw(logits, PLAIN, n)).toArray();
        int[] backwards = new int[300];
        Sampler other = new Sampler();
        for (int n = 299; n >= 0; n--) {
            other.sample(logits(50 + n, n), PLAIN, NOTHING, n);
            backwards[n] = other.sample(logits, PLAIN, NOTHING, n).id();
        }
        assertThat(forwards).isEqualTo(backwards);
        assertThat(Arrays.stream(forwards).distinct().count()).isGreaterThan(20);
    }

    @Test
    void seedsGiveDifferentSequences() {
        float[] logits = logits(207, 2);
        SamplingSettings other = PLAIN.toBuilder().seed(1_000_043).build();
        assertThat(IntStream.range(0, 50).map(n -> draw(logits, PLAIN, n)).toArray())
                .isNotEqualTo(
                        IntStream.range(0, 50).map(n -> draw(logits, other, n)).toArray());
    }

    /** The point of the distribution is the derived seed as a fraction of 2^64; tokens lie likeliest first. */
    @Test
    void invertsTheDistributionAtThePointOfTheSeed() {
        float[] logits = logits(33, 4);
        Map<Integer, Double> probabilities = sampler.probabilities(logits, PLAIN, NOTHING);
        Integer[] order = IntStream.range(0, 33).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (a, b) -> Float.compare(logits[b], logits[a]));
        for (int position = 0; position < 2_000; position++) {
            double point = (ShardSeed.derive(42, 0, position) >>> 11) * 0x1p-53;
            int at = 0;
            for (double sum = probabilities.getOrDefault(order[0], 0.0); sum <= point; ) {
                sum += probabilities.getOrDefault(order[++at], 0.0);
            }
            assertThat(draw(logits, PLAIN, position)).isEqualTo(order[at]);
        }
    }

    /** Pearson's chi-square; 99.99% of right samplers stay below the bound, and seeds are fixed. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void drawsAsOftenAsProbable(long seed) {
        float[] logits = logits(33, seed);
        SamplingSettings settings = PLAIN.toBuilder().seed(seed << 32).build();
        int draws = 100_000;
        int[] counts = new int[33];
        for (int position = 0; position < draws; position++) {
            counts[draw(logits, settings, position)]++;
        }
        double chiSquare = 0;
        for (Map.Entry<Integer, Double> each :
                sampler.probabilities(logits, settings, NOTHING).entrySet()) {
            double expected = each.getValue() * draws;
            chiSquare += Math.pow(counts[each.getKey()] - expected, 2) / expected;
        }
        assertThat(chiSquare).isLessThan(73);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 33, 1_000, 4_098})
    void partialSelectionKeepsWhatSortingWould(int vocabulary) {
        Random random = new Random(vocabulary);
        for (int run = 0; run < 40; run++) {
            float[] logits = logits(vocabulary, random.nextLong());
            for (int i = 0; i < vocabulary && run % 2 == 0; i++) {
                logits[i] = Math.round(logits[i]); // many ties
            }
            int topK = random.nextInt(vocabulary + 2);
            float topP = 1 - random.nextFloat() * random.nextFloat();
            SamplingSettings settings = PLAIN.toBuilder().topK(topK).topP(topP).build();
            assertThat(sampler.probabilities(logits, settings, NOTHING).keySet())
                    .as(settings.toString())
                    .isEqualTo(SortedTruncation.keep(logits, topK, topP));
        }
    }

    @Test
    void reportsLogprobsOfTheRawSoftmax() {
        float[] logits = {1, 2, 3, 3, -5};
        SamplingSettings settings = SamplingSettings.builder()
                .temperature(0)
                .logitBias(Map.of(4, 100f))
                .topLogprobs(3)
                .build();
        Sampled sampled = sampler.sample(logits, settings, NOTHING, 0);
        double normaliser = Math.log(Math.exp(1) + Math.exp(2) + 2 * Math.exp(3) + Math.exp(-5));
        assertThat(sampled.id()).isEqualTo(4);
        Sampled.Logprobs logprobs = sampled.logprobs();
        assertThat(logprobs).isNotNull();
        assertThat((double) logprobs.chosen()).isCloseTo(-5 - normaliser, within(1e-6));
        assertThat(logprobs.top()).extracting(Sampled.Alternative::id).containsExactly(2, 3, 1);
        assertThat((double) logprobs.top().get(2).logprob()).isCloseTo(2 - normaliser, within(1e-6));
        assertThat(sampler.score(logits, settings, 4)).isEqualTo(sampled);
    }

    @Test
    void reportsNoLogprobsUnlessAsked() {
        float[] logits = {1, 2};
        assertThat(sampler.sample(logits, PLAIN, NOTHING, 0).logprobs()).isNull();
        Sampled.Logprobs alone = sampler.sample(
                        logits, PLAIN.toBuilder().topLogprobs(0).build(), NOTHING, 0)
                .logprobs();
        assertThat(alone).isNotNull();
        assertThat(alone.top()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.01f, 1, 100})
    void drawsTheOnlyPossibleToken(float temperature) {
        float[] logits = new float[40];
        Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        logits[17] = -3;
        SamplingSettings settings =
                PLAIN.toBuilder().temperature(temperature).topLogprobs(1).build();
        Sampled sampled = sampler.sample(logits, settings, NOTHING, 5);
        assertThat(sampled).isEqualTo(new Sampled(17, new Sampled.Logprobs(0, sampled(17, 0))));
    }

    @Test
    void neverDrawsWhatIsImpossible() {
        float[] logits = {0, Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY};
        for (int position = 0; position < 1_000; position++) {
            assertThat(draw(logits, PLAIN, position)).isIn(0, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void saysWhichLogitIsNotANumber(float broken) {
        for (int at : new int[] {0, 5, 32}) {
            float[] logits = logits(33, 1);
            logits[at] = broken;
            for (SamplingSettings settings : new SamplingSettings[] {SamplingSettings.GREEDY, PLAIN}) {
                assertThatThrownBy(() -> sampler.sample(logits, settings, NOTHING, 0))
                        .isInstanceOfSatisfying(
                                ExofluxException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
                        .hasMessageContaining("computed " + broken + " as the logit of token " + at + " (of 33)");
            }
        }
    }

    @Test
    void refusesLogitsThatAllowNoToken() {
        float[] logits = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
        assertThatThrownBy(() -> sampler.sample(logits, PLAIN, NOTHING, 0)).hasMessageContaining("-Infinity");
    }

    private int draw(float[] logits, SamplingSettings settings, int position) {
        return sampler.sample(logits, settings, NOTHING, position).id();
    }

    private static List<Sampled.Alternative> sampled(int id, float logprob) {
        return List.of(new Sampled.Alternative(id, logprob));
    }

    private static float[] logits(int vocabulary, long seed) {
        Random random = new Random(seed);
        float[] logits = new float[vocabulary];
        for (int i = 0; i < vocabulary; i++) {
            logits[i] = (float) (2 * random.nextGaussian());
        }
        return logits;
    }
}
