package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

final class NewestTest {

    @Test
    void whoeverSubscribesGetsTheNewestAtOnceAndOneWhoIsSlowSkipsToIt() {
        Newest<Integer> newest = new Newest<>(0);
        newest.set(1);
        StepVerifier.create(newest.flux(), 1)
                .expectNext(1)
                .then(() -> {
                    for (int i = 2; i <= 100_000; i++) {
                        newest.set(i);
                    }
                })
                .thenRequest(1)
                .assertNext(value -> assertThat(value).isGreaterThanOrEqualTo(2)) // one may have been on its way
                .thenRequest(1)
                .expectNext(100_000)
                .then(newest::complete)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
    }

    @Test
    void saysNothingWhereNothingChanges() {
        Newest<String> newest = new Newest<>("a");
        StepVerifier.create(newest.flux())
                .expectNext("a")
                .then(() -> newest.set("a"))
                .expectNoEvent(Duration.ofMillis(50))
                .then(() -> newest.set("b"))
                .expectNext("b")
                .thenCancel()
                .verify(Duration.ofSeconds(10));
        assertThat(newest.get()).isEqualTo("b");
    }

    @Test
    void readersAreCalledOnAThreadThatMayNotBlock() {
        Newest<String> newest = new Newest<>("a");
        StepVerifier.create(newest.flux().map(value -> Schedulers.isInNonBlockingThread()))
                .expectNext(true)
                .thenCancel()
                .verify(Duration.ofSeconds(10));
    }
}
