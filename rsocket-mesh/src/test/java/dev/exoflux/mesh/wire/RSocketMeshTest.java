package dev.exoflux.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.MeshAnswers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A model on several peers says what it says on one. */
@ExtendWith(NoLeaks.class)
final class RSocketMeshTest {

    private static final int ANSWER = 24;
    private static final int REQUESTS = 8;

    private static SamplingSettings sampling(int request) {
        return request % 2 == 0
                ? SamplingSettings.GREEDY
                : SamplingSettings.builder()
                        .temperature(0.9f)
                        .topP(0.95f)
                        .repetitionPenalty(1.1f)
                        .logitBias(java.util.Map.of(5, -3f, 17, 2f))
                        .seed(request)
                        .topLogprobs(3)
                        .build();
    }

    private static int[] prompt(int request) {
        return IntStream.range(0, 5 + 9 * request)
                .map(i -> 3 + (i * 31 + request * 17) % 3000)
                .toArray();
    }

    private static List<List<String>> answers(MeshAnswers ring) {
        List<Mono<List<String>>> all = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            all.add(ring.whole(prompt(i), sampling(i), ANSWER));
        }
        return Objects.requireNonNull(Flux.mergeSequential(all).collectList().block(TestPeers.PATIENCE));
    }

    private static List<List<String>> alone() {
        try (TestPeers one = new TestPeers(1, WireSettings.DEFAULTS, null);
                MeshAnswers ring = new MeshAnswers(MeshAnswers.local(one.stages()), 16)) {
            return answers(ring);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void answersBitForBitAsOnePeerAlone(int peers) {
        List<List<String>> alone = alone();
        assertThat(alone).allMatch(answer -> answer.size() == ANSWER);
        try (TestPeers several = new TestPeers(peers, WireSettings.DEFAULTS, null);
                MeshAnswers ring = new MeshAnswers(several.mesh(), 16)) {
            assertThat(answers(ring)).isEqualTo(alone);
            assertThat(answers(ring)).as("with prefixes reused").isEqualTo(alone);
        }
    }

    @Test
    void answersTheSameWithASecret() {
        ClusterTls tls = ClusterTls.of("test", "correct horse".toCharArray());
        try (TestPeers several = new TestPeers(3, WireSettings.DEFAULTS, tls);
                MeshAnswers ring = new MeshAnswers(several.mesh(), 16)) {
            assertThat(answers(ring)).isEqualTo(alone());
            assertThat(several.endpoint(0).rejected()).isZero();
        }
    }

    @Test
    void answersTheSameEachTimeInBf16() {
        WireSettings bf16 = WireSettings.DEFAULTS.withHidden(HiddenFormat.BF16);
        try (TestPeers several = new TestPeers(3, bf16, null);
                MeshAnswers ring = new MeshAnswers(several.mesh(), 16)) {
            List<List<String>> first = answers(ring);
            assertThat(first).allMatch(answer -> answer.size() == ANSWER).isNotEqualTo(alone());
            assertThat(answers(ring)).isEqualTo(first);
        }
    }

    @Test
    void letsTheEntryBeAnyPeerOfTheRing() {
        List<List<String>> alone = alone();
        try (TestPeers several = new TestPeers(3, WireSettings.DEFAULTS, null)) {
            for (int entry = 0; entry < 3; entry++) {
                List<Ring.Stop> stops = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    stops.add(
                            i == entry
                                    ? new Ring.Here(several.stage(i))
                                    : new Ring.There(several.endpoint(i).address()));
                }
                Ring ring = new Ring(
                        TestPeers.RING, TestPeers.EPOCH, several.endpoint(entry).address(), stops);
                RSocketMesh mesh = new RSocketMesh(several.endpoint(entry), ring, () -> 0, () -> {});
                try (MeshAnswers answers = new MeshAnswers(mesh, 16)) {
                    assertThat(answers(answers)).as("entry %d", entry).isEqualTo(alone);
                }
                several.awaitFree();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void crossesFromPeerToPeerAsOftenAsThereArePeers(int peers) {
        try (TestPeers several = new TestPeers(peers, WireSettings.DEFAULTS, null);
                MeshAnswers ring = new MeshAnswers(several.mesh(), 64)) {
            int tokens = 20;
            List<String> answer =
                    ring.whole(prompt(1), SamplingSettings.GREEDY, tokens).block(TestPeers.PATIENCE);
            assertThat(answer).hasSize(tokens);
            assertThat(several.crossings()).isEqualTo((long) peers * tokens); // retained, so no retirement yet
        }
    }
}
