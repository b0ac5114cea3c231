package dev.exoflux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A vocabulary as large as those of today's models. */
final class SamplerVocabularyTest {

    private static final int VOCABULARY = 128_256;

    private static final SamplingSettings PLAIN =
            SamplingSettings.builder().temperature(1).seed(20_260_101).build();
    private static final SamplingSettings NUCLEUS = PLAIN.toBuilder().topP(0.9f).build();
    private static final SamplingSettings FEW =
            PLAIN.toBuilder().temperature(0.7f).topK(20).build();
    private static final SamplingSettings LIKELY = PLAIN.toBuilder().minP(0.02f).build();
    private static final SamplingSettings EVERYTHING = PLAIN.toBuilder()
            .temperature(1.5f)
            .topK(2_000)
            .topP(0.8f)
            .repetitionPenalty(1.2f)
            .presencePenalty(0.5f)
            .frequencyPenalty(0.25f)
            .logitBias(Map.of(3_001, 1f, 5, 14f))
            .build();

    private final Sampler sampler = new Sampler();
    private final float[] logits = logits();
    private final TokenHistory history = new TokenHistory(2);

    SamplerVocabularyTest() {
        history.write(0, 3_001, 6_002, 9_003, 9_003);
    }

    /** Recorded once: an answer that was given with a seed is given again by every later version. */
    @Test
    void drawsWhatItAlwaysDrew() {
        assertThat(draws(PLAIN)).containsExactly(30010, 109393, 11921, 81027, 3001, 63021, 78026, 38496, 39013, 63055);
        assertThat(draws(NUCLEUS))
                .containsExactly(117039, 120934, 8974, 69023, 78026, 102034, 30010, 116886, 90030, 27009);
        assertThat(draws(FEW))
                .containsExactly(81027, 18006, 90030, 45015, 105035, 105035, 93031, 114038, 105035, 117039);
        assertThat(draws(LIKELY))
                .containsExactly(93031, 102034, 99033, 57019, 6002, 18006, 117039, 108036, 6002, 42014);
        assertThat(draws(EVERYTHING)).containsExactly(5, 66022, 7344, 5, 5, 5, 5, 106979, 5, 57019);
    }

    @Test
    void allocatesWhatLeavesItAndNoMore() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (SamplingSettings settings : List.of(SamplingSettings.GREEDY, PLAIN, NUCLEUS, FEW, LIKELY, EVERYTHING)) {
            sampler.sample(logits, settings, history, 4);
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int position = 5; position < 55; position++) {
                sampler.sample(logits, settings, history, position);
            }
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(bytes / 50).as(settings.toString()).isLessThanOrEqualTo(32); // the record Sampled
        }
    }

    @Test
    void refusesToDrawFromMoreTokensThanItsSumsHold() {
        float[] many = new float[(1 << 19) + 1];
        assertThat(sampler.sample(many, SamplingSettings.GREEDY, history, 4).id())
                .isZero();
        assertThatThrownBy(() -> sampler.sample(many, PLAIN, history, 4))
                .isInstanceOf(ExofluxException.class)
                .hasMessageContaining("524289 tokens");
    }

    private int[] draws(SamplingSettings settings) {
        return IntStream.range(100, 110)
                .map(position ->
                        sampler.sample(logits, settings, history, position).id())
                .toArray();
    }

    /** Noise, with forty tokens that stand out in four groups of equals. */
    private static float[] logits() {
        Random random = new Random(11);
        float[] logits = new float[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            logits[i] = (float) (2 * random.nextGaussian());
        }
        for (int i = 0; i < 40; i++) {
            logits[i * 3_001] = 9 + i % 4;
        }
        return logits;
    }
}
