package dev.exoflux.mesh.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.mesh.wire.FaultyLink;
import dev.exoflux.mesh.wire.NoLeaks;
import dev.exoflux.pipeline.Answers;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Batchers that are lost in the middle of answers, and readers who do not notice. */
@ExtendWith(NoLeaks.class)
final class RoutedAnswersTest {

    private static final int STREAMS = 8;

    private final Heads heads = new Heads(3);
    private final Sinks.Many<Answers> routes = Sinks.many().replay().latest();
    private final RoutedAnswers routed = new RoutedAnswers(routes::asFlux, Heads.PATIENCE);
    private final List<List<SequenceToken>> undisturbed = new ArrayList<>();

    RoutedAnswersTest() throws IOException {
        for (int number = 0; number < STREAMS; number++) {
            undisturbed.add(Requests.said(Requests.answer(heads.get(2).answers(), Requests.number(number))));
        }
        offer(0);
    }

    @AfterEach
    void close() {
        assertThat(routes.currentSubscriberCount()).isZero();
        heads.close();
    }

    private void offer(int head) {
        routes.tryEmitNext(heads.from(head)).orThrow();
    }

    /** Every answer at once, each to be read as quickly as it comes; {@code read} counts their tokens. */
    private List<CompletableFuture<List<SequenceToken>>> all(AtomicInteger read) {
        return IntStream.range(0, STREAMS)
                .mapToObj(number -> routed.open(Requests.number(number))
                        .doOnNext(token -> read.incrementAndGet())
                        .collectList()
                        .toFuture())
                .toList();
    }

    private void holdsWhatAnUndisturbedRunSays(List<CompletableFuture<List<SequenceToken>>> answers) {
        for (int number = 0; number < STREAMS; number++) {
            List<SequenceToken> said = answers.get(number)
                    .orTimeout(Heads.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
            assertThat(Requests.said(said)).as("answer %d", number).isEqualTo(undisturbed.get(number));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 60, 250})
    void losesAndDoublesNoTokenWhenTheHeadIsLost(int tokens) {
        AtomicInteger read = new AtomicInteger();
        List<CompletableFuture<List<SequenceToken>>> answers = all(read);
        await().atMost(Heads.PATIENCE).until(() -> read.get() >= tokens);
        heads.get(0).link().close();
        offer(1);
        holdsWhatAnUndisturbedRunSays(answers);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void losesAndDoublesNoTokenWhenOnlyAConnectionBreaks(boolean silent) {
        AtomicInteger read = new AtomicInteger();
        List<CompletableFuture<List<SequenceToken>>> answers = all(read);
        FaultyLink link = heads.get(0).link();
        await().atMost(Heads.PATIENCE).until(() -> read.get() >= 60);
        if (silent) {
            link.stall();
            await().atMost(Heads.PATIENCE)
                    .until(() -> heads.get(0).metrics().sequences().isEmpty()); // until it has missed its entry
        }
        link.cut(); // and works again
        holdsWhatAnUndisturbedRunSays(answers);
    }

    @Test
    void losesAndDoublesNoTokenWhenTheHeadLeaves() {
        AtomicInteger read = new AtomicInteger();
        List<CompletableFuture<List<SequenceToken>>> answers = all(read);
        await().atMost(Heads.PATIENCE).until(() -> read.get() >= 60);
        heads.get(0).answers().shutdown(Duration.ZERO).block(Heads.PATIENCE);
        offer(1);
        await().atMost(Heads.PATIENCE).until(() -> read.get() >= 200);
        heads.get(1).answers().shutdown(Duration.ZERO).block(Heads.PATIENCE);
        routes.tryEmitNext(heads.get(2).answers()).orThrow(); // which is here
        holdsWhatAnUndisturbedRunSays(answers);
    }

    @Test
    void keepsToTheDemandOfItsReader() {
        SequenceRequest request = Requests.number(1);
        List<SequenceToken> read = new ArrayList<>();
        StepVerifier.create(routed.open(request).doOnNext(read::add), 0)
                .thenRequest(5)
                .expectNextCount(5)
                .then(() -> heads.get(0).link().close())
                .then(() -> offer(1))
                .thenRequest(6)
                .expectNextCount(6)
                .then(() -> await().atMost(Heads.PATIENCE)
                        .until(() -> heads.get(1).metrics().batchesInFlight() == 0))
                .then(() -> assertThat(heads.get(1).metrics().sequences())
                        .singleElement()
                        .satisfies(sequence -> assertThat(sequence.steps()).isEqualTo(6)))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(Requests.ANSWER - 11)
                .expectComplete()
                .verify(Heads.PATIENCE);
        assertThat(Requests.said(read)).isEqualTo(undisturbed.get(1));
    }

    @Test
    void retiresEverywhereWhatItsReadersLeave() {
        Flux.range(0, STREAMS)
                .flatMap(
                        number -> routed.open(Requests.number(number))
                                .take(3 + number)
                                .subscribeOn(Schedulers.parallel()),
                        STREAMS)
                .blockLast(Heads.PATIENCE);
        await().atMost(Heads.PATIENCE)
                .untilAsserted(() -> assertThat(heads.get(0).metrics().live()).isZero());
    }
}
