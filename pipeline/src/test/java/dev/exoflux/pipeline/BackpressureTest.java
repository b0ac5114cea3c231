package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.pipeline.BatcherMetrics.Live;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Demand drives decoding, on a real model. */
final class BackpressureTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aReaderWhoWaitsCostsWhatItAskedForAndDelaysNobody(int stages) {
        try (TestRing ring = TestRing.open(TestRing.settings(stages, 16))) {
            Flux<SequenceToken> waiting = ring.batcher().open(TestRing.request(40, 200));
            Flux<SequenceToken> running = ring.batcher().open(TestRing.request(40, 150));

            StepVerifier.create(waiting, 0)
                    .expectSubscription()
                    .thenRequest(7)
                    .expectNextCount(7)
                    .then(() -> assertThat(first(ring).steps()).isEqualTo(7))
                    .then(() -> twoRunAtFullSpeed(ring, running))
                    .then(() -> assertThat(first(ring)).isEqualTo(new Live(1, 40, 0, 7, 3 + 6, 7, Speculated.NONE)))
                    .thenRequest(1)
                    .expectNextCount(1)
                    .then(() -> assertThat(first(ring).steps()).isEqualTo(8))
                    .thenCancel()
                    .verify(TestRing.PATIENCE);

            await().atMost(TestRing.PATIENCE)
                    .untilAsserted(() -> assertThat(ring.cacheBytes())
                            .as("kept for prompts to come, and nothing else")
                            .isEqualTo(ring.batcher().metrics().prefixes().bytes())
                            .isEqualTo(ring.batcher().metrics().reservedBytes()));
        }
    }

    /** No batch travels that carries neither of two answers of 150 tokens. */
    private static void twoRunAtFullSpeed(TestRing ring, Flux<SequenceToken> running) {
        long before = ring.batcher().metrics().batches();
        StepVerifier.create(Flux.merge(running, running))
                .expectNextCount(300)
                .expectComplete()
                .verify(TestRing.PATIENCE);
        int passes = 3 + 149;
        assertThat(ring.batcher().metrics().batches() - before).isLessThanOrEqualTo(2L * passes);
    }

    private static Live first(TestRing ring) {
        return ring.batcher().metrics().sequences().stream()
                .filter(sequence -> sequence.id() == 1)
                .findFirst()
                .orElseThrow();
    }
}
