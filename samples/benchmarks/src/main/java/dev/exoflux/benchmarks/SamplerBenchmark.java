package dev.exoflux.benchmarks;

import dev.exoflux.model.Sampled;
import dev.exoflux.model.Sampler;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.model.TokenHistory;
import java.util.Map;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Choosing a token of 128 256, on one thread. */
@SuppressWarnings("NullAway.Init")
public class SamplerBenchmark extends Measured {

    private static final int VOCABULARY = 128_256;
    private static final int POSITIONS = 2_000;

    @Param({"greedy", "plain", "top_p", "top_k", "top_k_large", "min_p", "all", "penalties", "logprobs"})
    public String settings;

    /** Whether a few tokens stand out, as in a text, or all are noise. */
    @Param({"true", "false"})
    public boolean certain;

    private final Sampler sampler = new Sampler();
    private final TokenHistory history = new TokenHistory(POSITIONS / 2);
    private final float[][] logits = new float[4][VOCABULARY];
    private SamplingSettings chosen;
    private int position;

    @Setup
    public void prepare() {
        SplittableRandom random = new SplittableRandom(1);
        for (float[] each : logits) {
            for (int i = 0; i < VOCABULARY; i++) {
                each[i] = (float) (2 * random.nextGaussian());
            }
            for (int i = 0; certain && i < 20; i++) {
                each[random.nextInt(VOCABULARY)] = 10 + 8 * (float) random.nextDouble();
            }
        }
        history.write(0, random.ints(POSITIONS, 0, VOCABULARY).toArray());
        chosen = settings(settings);
    }

    private static SamplingSettings settings(String name) {
        SamplingSettings plain =
                SamplingSettings.builder().temperature(1).seed(1).build();
        return switch (name) {
            case "greedy" -> SamplingSettings.GREEDY;
            case "plain" -> plain;
            case "top_p" -> plain.toBuilder().topP(0.95f).build();
            case "top_k" -> plain.toBuilder().topK(40).build();
            case "top_k_large" -> plain.toBuilder().topK(20_000).build();
            case "min_p" -> plain.toBuilder().minP(0.05f).build();
            case "all" ->
                plain.toBuilder()
                        .temperature(0.7f)
                        .topK(40)
                        .topP(0.95f)
                        .minP(0.05f)
                        .build();
            case "penalties" ->
                plain.toBuilder()
                        .repetitionPenalty(1.1f)
                        .presencePenalty(0.5f)
                        .frequencyPenalty(0.5f)
                        .logitBias(Map.of(3, 1f, 99_999, -1f))
                        .build();
            case "logprobs" -> plain.toBuilder().topLogprobs(20).build();
            default -> throw new IllegalArgumentException("no settings are called " + name);
        };
    }

    @Benchmark
    public Sampled sample() {
        position++;
        return sampler.sample(logits[position & 3], chosen, history, POSITIONS + position);
    }
}
