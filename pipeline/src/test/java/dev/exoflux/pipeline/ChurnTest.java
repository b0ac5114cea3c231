package dev.exoflux.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Sequences of all lengths come, go, dawdle and are cancelled at once, on the real threads. */
final class ChurnTest {

    @Test
    void leavesNothingBehindAndMixesNobodyUp() {
        Random random = new Random(5);
        try (TestRing ring = TestRing.open(new PipelineSettings(
                3, 256, 6, 100, 16, 0, PipelineSettings.AUTOMATIC_BYTES, TestRing.PATIENCE, TestRing.PATIENCE))) {
            List<Integer> expected = answer(ring);
            List<Mono<List<Integer>>> readers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                int wanted = 1 + random.nextInt(24);
                int pace = 1 + random.nextInt(5);
                readers.add(ring.batcher()
                        .open(TestRing.request(30, 24))
                        .map(SequenceToken::id)
                        .subscribeOn(Schedulers.parallel())
                        .limitRate(pace, 0) // asks again only when it has read all it asked for
                        .take(wanted) // and is cancelled in the middle
                        .collectList());
            }
            StepVerifier.create(Flux.merge(Flux.fromIterable(readers), 60, 8))
                    .thenConsumeWhile(
                            ids -> !ids.isEmpty(), ids -> assertThat(ids).isEqualTo(expected.subList(0, ids.size())))
                    .expectComplete()
                    .verify(TestRing.PATIENCE);

            await().atMost(TestRing.PATIENCE)
                    .untilAsserted(() -> assertThat(ring.batcher().metrics())
                            .returns(0, BatcherMetrics::live)
                            .returns(0, BatcherMetrics::queued)
                            .returns(0, BatcherMetrics::batchesInFlight)
                            .matches(metrics -> metrics.prefixes().sequences() > 0)
                            .satisfies(metrics -> assertThat(metrics.reservedBytes())
                                    .isEqualTo(metrics.prefixes().bytes())
                                    .isEqualTo(metrics.cacheBytes())));
        }
    }

    @Test
    void wouldBeToldIfAnEventLoopWereBlocked() {
        Mono<Void> blocking = Mono.<Void>fromRunnable(() -> {
                    try {
                        Thread.sleep(1);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .subscribeOn(Schedulers.parallel());
        assertThatThrownBy(() -> blocking.block(TestRing.PATIENCE)).hasMessageContaining("Blocking call!");
    }

    /** What each of them has to answer, or a part of it. */
    private static List<Integer> answer(TestRing ring) {
        return Objects.requireNonNull(ring.batcher()
                .open(TestRing.request(30, 24))
                .map(SequenceToken::id)
                .collectList()
                .block(TestRing.PATIENCE));
    }
}
