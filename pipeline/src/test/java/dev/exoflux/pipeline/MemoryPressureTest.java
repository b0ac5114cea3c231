package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.kernels.CpuBackends;
import dev.exoflux.model.SamplingSettings;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** More answers than there is memory for, on a real model. */
final class MemoryPressureTest {

    private static final int ANSWERS = 5;

    private static SequenceRequest request(int number) {
        SamplingSettings sampling = SamplingSettings.builder()
                .temperature(0.8f)
                .repetitionPenalty(1.1f)
                .seed(number)
                .build();
        return new SequenceRequest(TestRing.prompt(30 + number, number), sampling, 120, Set.of(), false);
    }

    private static Mono<List<Integer>> answer(TestRing ring, int number) {
        return ring.batcher().open(request(number)).map(SequenceToken::id).collectList();
    }

    private static TestRing ring(int stages, long cacheBytes) {
        return new TestRing(
                TestRing.THREE_LAYERS,
                1,
                CpuBackends.Choice.SCALAR,
                TestRing.settings(stages, 16),
                cacheBytes,
                Proposers.WITHOUT_MODELS,
                8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void somePauseAndAllSayWhatTheyWouldHaveSaid(int stages) {
        List<List<Integer>> alone;
        long memory;
        try (TestRing ring = ring(stages, Long.MAX_VALUE)) {
            alone = Objects.requireNonNull(Flux.range(0, ANSWERS)
                    .concatMap(number -> answer(ring, number))
                    .collectList()
                    .block(TestRing.PATIENCE));
            memory = 2 * ring.bytes(34 + 120); // for two of the five
        }
        try (TestRing ring = ring(stages, memory)) {
            List<List<Integer>> together = Objects.requireNonNull(Flux.fromStream(
                            IntStream.range(0, ANSWERS).mapToObj(number -> answer(ring, number)))
                    .flatMapSequential(
                            answer -> answer.doOnNext(
                                    ignored -> assertThat(ring.cacheBytes()).isLessThanOrEqualTo(memory)),
                            ANSWERS)
                    .collectList()
                    .block(TestRing.PATIENCE));
            assertThat(together).isEqualTo(alone);
            assertThat(ring.batcher().metrics().timesAside()).isPositive();
        }
    }
}
