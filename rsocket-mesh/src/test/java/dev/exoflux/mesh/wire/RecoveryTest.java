package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Mesh;
import dev.exoflux.pipeline.PipelineSettings;
import dev.exoflux.pipeline.Proposers;
import dev.exoflux.pipeline.RingAnswers;
import dev.exoflux.pipeline.Rings;
import dev.exoflux.pipeline.SequenceRequest;
import dev.exoflux.pipeline.SequenceToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Eight answers on a ring of three peers that is cut, falls silent, or gives way to one of two: each says what it would have said. */
@ExtendWith(NoLeaks.class)
final class RecoveryTest {

    private static final WireSettings QUICK = new WireSettings(
            HiddenFormat.F32, 1 << 20, Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(2));
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int STREAMS = 8;
    private static final int ANSWER = 40;

    private static List<List<SequenceToken>> undisturbed = List.of();

    private final TestPeers three = new TestPeers(3, QUICK, null);
    private final TestPeers two = new TestPeers(2, QUICK, null);
    private final List<FaultyLink> links = new ArrayList<>();
    private final Sinks.Many<Mesh> rings = Sinks.many().replay().latest();
    private final RingAnswers answers = answers(rings::asFlux);

    @BeforeAll
    static void answerUndisturbed() {
        try (TestPeers peers = new TestPeers(1, QUICK, null)) {
            RingAnswers alone = answers(Rings.of(peers.mesh()));
            undisturbed = Objects.requireNonNull(Flux.range(0, STREAMS)
                    .concatMap(number -> alone.open(request(number)).collectList())
                    .map(RecoveryTest::said)
                    .collectList()
                    .block(BOUND));
            alone.shutdown(Duration.ZERO).block(BOUND);
        }
    }

    RecoveryTest() throws IOException {
        for (int i = 0; i < 3; i++) {
            links.add(new FaultyLink(three.endpoint(i).address()));
        }
        rings.tryEmitNext(three.mesh(three.ring(this::through))).orThrow();
    }

    private static RingAnswers answers(Rings rings) {
        PipelineSettings settings = new PipelineSettings(
                1, 512, 16, 64, 32, 0, PipelineSettings.AUTOMATIC_BYTES, Duration.ofSeconds(5), BOUND);
        return RingAnswers.of(rings, settings, settings.maxConcurrency(), 1, 16, Proposers.WITHOUT_MODELS);
    }

    private PeerAddress through(PeerAddress address) {
        int peer = IntStream.range(0, 3)
                .filter(i -> three.endpoint(i).address().equals(address))
                .findFirst()
                .orElseThrow();
        return links.get(peer).address();
    }

    @AfterEach
    void close() {
        answers.shutdown(Duration.ZERO).block(BOUND);
        links.forEach(FaultyLink::close);
        three.close();
        two.close();
    }

    /** Greedy or drawn, with log-probabilities or without, behind its prompt or not; four begin alike. */
    private static SequenceRequest request(int number) {
        int[] prompt = IntStream.range(0, 60 + 5 * number)
                .map(i -> 3 + (i * 31 + number % 2 * 17) % 3000)
                .toArray();
        SamplingSettings.Builder sampling = SamplingSettings.builder().topLogprobs(number % 3 == 0 ? 2 : -1);
        if (number % 4 > 0) {
            sampling.temperature(0.9f)
                    .repetitionPenalty(1.1f)
                    .presencePenalty(0.2f)
                    .seed(number);
        }
        return new SequenceRequest(prompt, sampling.build(), ANSWER, Set.of(), number % 2 == 1);
    }

    private static List<SequenceToken> said(List<SequenceToken> tokens) {
        return tokens.stream()
                .map(token -> new SequenceToken(token.id(), token.prompt(), token.logprobs(), 0, token.finish()))
                .toList();
    }

    private List<CompletableFuture<List<SequenceToken>>> all(AtomicInteger generated) {
        return IntStream.range(0, STREAMS)
                .mapToObj(number -> answers.open(request(number))
                        .doOnNext(token -> generated.addAndGet(token.prompt() ? 0 : 1))
                        .collectList()
                        .toFuture())
                .toList();
    }

    private void holdWhatAnUndisturbedRunSays(List<CompletableFuture<List<SequenceToken>>> running) {
        for (int number = 0; number < STREAMS; number++) {
            List<SequenceToken> tokens = running.get(number)
                    .orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS)
                    .join();
            assertThat(said(tokens)).as("answer %d", number).isEqualTo(undisturbed.get(number));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 30", "1, 30", "2, 30", "1, 200"})
    void goOnWhenAConnectionBreaks(int place, int tokens) {
        AtomicInteger generated = new AtomicInteger();
        List<CompletableFuture<List<SequenceToken>>> running = all(generated);
        await().atMost(BOUND).until(() -> generated.get() >= tokens);
        links.get(place).cut();
        holdWhatAnUndisturbedRunSays(running);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "2, false", "1, true"})
    void goOnOnAnotherRingWhenAPeerIsLost(int place, boolean silent) {
        AtomicInteger generated = new AtomicInteger();
        List<CompletableFuture<List<SequenceToken>>> running = all(generated);
        await().atMost(BOUND).until(() -> generated.get() >= 40);
        if (silent) {
            links.get(place).stall();
        } else {
            links.get(place).close();
        }
        rings.tryEmitNext(two.mesh()).orThrow();
        holdWhatAnUndisturbedRunSays(running);
        assertThat(answers.metrics().recoveries()).isPositive();
    }

    @Test
    void moveToAnotherRingAndBackWhileBothWork() {
        AtomicInteger generated = new AtomicInteger();
        List<CompletableFuture<List<SequenceToken>>> running = all(generated);
        Mesh back = three.mesh();
        for (int at : new int[] {20, 80, 150, 220}) {
            await().atMost(BOUND).until(() -> generated.get() >= at);
            rings.tryEmitNext(at % 20 == 0 ? two.mesh() : back).orThrow();
        }
        holdWhatAnUndisturbedRunSays(running);
        assertThat(answers.metrics().recoveries()).isBetween(1L, 4L);
    }
}
