package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.MeshAnswers;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A ring of three peers, and every one of its edges cut or silent in the middle of an answer. */
@ExtendWith(NoLeaks.class)
final class LostPeerTest {

    private static final WireSettings QUICK = new WireSettings(
            HiddenFormat.F32, 1 << 20, Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(2));

    /** The lifetime of the settings, a tick, and as much again for a busy machine. */
    private static final Duration BOUND = Duration.ofSeconds(3);

    private final TestPeers peers = new TestPeers(3, QUICK, null);
    private final List<FaultyLink> links = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private MeshAnswers ring;

    @BeforeEach
    void connect() throws IOException {
        for (int i = 0; i < 3; i++) {
            links.add(new FaultyLink(peers.endpoint(i).address()));
        }
        ring = new MeshAnswers(peers.mesh(peers.ring(this::through)), 16);
    }

    private PeerAddress through(PeerAddress address) {
        int peer = IntStream.range(0, 3)
                .filter(i -> peers.endpoint(i).address().equals(address))
                .findFirst()
                .orElseThrow();
        return links.get(peer).address();
    }

    @AfterEach
    void close() {
        ring.close();
        links.forEach(FaultyLink::close);
        peers.close();
    }

    private static int[] prompt(int tokens) {
        return IntStream.range(0, tokens).map(i -> 3 + (i * 31) % 3000).toArray();
    }

    private List<String> answer() {
        return Objects.requireNonNull(
                ring.whole(prompt(20), SamplingSettings.GREEDY, 12).block(TestPeers.PATIENCE));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, false", "1, 1, false", "2, 1, false", "0, 1, true", "1, 1, true", "2, 1, true",
        "0, 500, false", "1, 500, false", "2, 500, false", "0, 500, true", "1, 500, true", "2, 500, true",
    })
    void endsAnswersInTimeAndAnswersAgain(int place, int promptTokens, boolean silent) {
        List<String> undisturbed = answer();
        long crossed = peers.crossings();
        CompletableFuture<List<String>> running =
                ring.whole(prompt(promptTokens), SamplingSettings.GREEDY, 1000).toFuture();
        await().atMost(TestPeers.PATIENCE).until(() -> peers.crossings() > crossed + 9);

        long start = System.nanoTime();
        if (silent) {
            links.get(place).stall();
        } else {
            links.get(place).cut();
        }
        assertThat(lost(running).code()).isEqualTo(ErrorCode.PEER_LOST);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        peers.awaitFree();

        links.get(place).cut(); // a stalled link works again
        assertThat(answer()).isEqualTo(undisturbed);
    }

    private static ExofluxException lost(CompletableFuture<List<String>> running) {
        try {
            throw new AssertionError(
                    "answered: " + running.orTimeout(20, TimeUnit.SECONDS).join());
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(ExofluxException.class);
            return (ExofluxException) Objects.requireNonNull(e.getCause());
        }
    }

    @Test
    void keepsNoMemoryAfterAHundredCuts() {
        answer();
        long pinned = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
        long direct = PlatformDependent.usedDirectMemory();
        for (int i = 0; i < 100; i++) {
            long crossed = peers.crossings();
            List<CompletableFuture<List<String>>> running = new ArrayList<>();
            for (int stream = 0; stream < 4; stream++) {
                running.add(ring.whole(prompt(1 + 40 * stream), SamplingSettings.GREEDY, 1000)
                        .toFuture());
            }
            int cut = 1 + i % 7;
            await().pollInterval(Duration.ofMillis(2))
                    .atMost(TestPeers.PATIENCE)
                    .until(() -> peers.crossings() > crossed + cut);
            links.get(i % 3).cut();
            running.forEach(LostPeerTest::lost);
        }
        peers.awaitFree();
        ring.close();
        await().atMost(TestPeers.PATIENCE)
                .untilAsserted(() -> assertThat(PooledByteBufAllocator.DEFAULT.pinnedDirectMemory())
                        .isLessThanOrEqualTo(pinned));
        assertThat(PlatformDependent.usedDirectMemory()).isLessThan(direct + (16 << 20));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void freesEverythingWhenTheReaderLeaves(int waiting) {
        AtomicInteger tokens = new AtomicInteger();
        var reader = ring.answer(prompt(1 + 100 * waiting), SamplingSettings.GREEDY, 1000)
                .subscribe(token -> tokens.incrementAndGet());
        await().atMost(TestPeers.PATIENCE).until(() -> tokens.get() >= waiting);
        reader.dispose();
        ring.close();
        peers.awaitFree();
    }

    @Test
    void saysThatAPeerKnowsNothingOfTheRing() {
        Ring known = peers.ring();
        Ring old = new Ring(known.id(), known.epoch() - 1, known.entry(), known.stops());
        try (MeshAnswers stale = new MeshAnswers(peers.mesh(old), 16)) {
            ExofluxException refused =
                    lost(stale.whole(prompt(3), SamplingSettings.GREEDY, 3).toFuture());
            assertThat(refused.code()).isEqualTo(ErrorCode.RING_UNKNOWN);
            assertThat(refused).hasMessageContaining("stage 2").hasMessageContaining("epoch 6");
        }
    }

    @Test
    void saysThatAPeerCannotBeReached() {
        peers.endpoint(1).close();
        assertThat(lost(ring.whole(prompt(3), SamplingSettings.GREEDY, 3).toFuture()))
                .hasMessageContaining("stage 1")
                .extracting(ExofluxException::code)
                .isEqualTo(ErrorCode.PEER_LOST);
    }
}
