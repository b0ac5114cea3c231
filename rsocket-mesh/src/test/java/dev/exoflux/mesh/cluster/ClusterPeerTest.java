package dev.exoflux.mesh.cluster;

import static dev.exoflux.mesh.cluster.TestCluster.PATIENCE;
import static dev.exoflux.mesh.cluster.TestCluster.TINY;
import static dev.exoflux.mesh.cluster.TestCluster.answer;
import static dev.exoflux.mesh.cluster.TestCluster.await;
import static dev.exoflux.mesh.cluster.TestCluster.ready;
import static dev.exoflux.mesh.cluster.TestCluster.request;
import static dev.exoflux.mesh.cluster.TestCluster.stages;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.exoflux.mesh.wire.NoLeaks;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.ServedModel;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Placement;
import dev.exoflux.pipeline.placement.Strategy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

@ExtendWith(NoLeaks.class)
class ClusterPeerTest {

    private static final int TOKENS = 40;

    @TempDir
    Path directory;

    @Test
    void eachPeerAnswersAsOneAloneDoesWhereverTheStagesAre() {
        List<GenerationRequest> requests = IntStream.range(0, 8)
                .mapToObj(i -> request("The hop " + i, i % 4 * 11L, TOKENS))
                .toList();
        List<List<String>> alone;
        try (TestCluster cluster = new TestCluster(directory.resolve("alone"), 7931)) {
            alone = atOnce(List.of(cluster.start("a", TINY)), requests);
        }

        try (TestCluster cluster = new TestCluster(directory, 7932)) {
            List<ClusterPeer> peers = cluster.three();
            PlacedModel placed = peers.get(1).deploy(stages(3)).block(PATIENCE);
            assertThat(placed).isNotNull();
            assertThat(placed.shards()).hasSize(3);
            ready(peers.getFirst());

            assertThat(crossings(peers, 60) - crossings(peers, 20))
                    .as("crossings of 40 tokens on three peers")
                    .isEqualTo(3 * 40);
            assertThat(atOnce(peers, requests)).isEqualTo(alone);
        }
    }

    /** What travels for an answer of so many tokens; its sequence is retained, so nothing travels for its end. */
    private static long crossings(List<ClusterPeer> peers, int tokens) {
        long before = received(peers);
        answer(peers.getFirst(), request(tokens + " tokens", 0, tokens)).block(PATIENCE);
        // the prompt is one batch and brings the first token
        Awaitility.await().atMost(PATIENCE).until(() -> received(peers) - before >= 3L * tokens);
        return received(peers) - before;
    }

    private static long received(List<ClusterPeer> peers) {
        return peers.stream().mapToLong(peer -> peer.hops().received()).sum();
    }

    private static List<List<String>> atOnce(List<ClusterPeer> peers, List<GenerationRequest> requests) {
        List<Mono<List<String>>> answers = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            answers.add(answer(peers.get(i % peers.size()), requests.get(i)));
        }
        return requireNonNull(
                Flux.mergeSequential(answers, answers.size(), 1).collectList().block(PATIENCE));
    }

    @Test
    void anyPeerTellsWhatTheBatchersOfAllAreAt() {
        try (TestCluster cluster = new TestCluster(directory, 7939)) {
            ClusterPeer head = cluster.start("a", TINY);
            ClusterPeer other = cluster.join("b");
            await(other, TINY, placed -> placed.state() == PlacedModel.State.READY);
            answer(other, request("Hop", 0, 5)).block(PATIENCE);
            assertThat(other.batchers()).isEmpty();

            for (ClusterPeer asked : List.of(head, other)) {
                Batchers batchers = requireNonNull(asked.allBatchers().block(PATIENCE));
                assertThat(batchers.silent()).isEmpty();
                assertThat(batchers.byModel().get(TINY)).satisfies(its -> {
                    assertThat(its.batches())
                            .isEqualTo(requireNonNull(head.batchers().get(TINY)).batches())
                            .isPositive();
                    assertThat(its.flow().stepMillis()).hasSize(1);
                });
            }
        }
    }

    @Test
    void answersGoOnWhenThePeersThatComputeThemLeave() {
        GenerationRequest request = request("Once upon a time", 21, 300);
        try (TestCluster cluster = new TestCluster(directory, 7933)) {
            List<ClusterPeer> peers = cluster.three();
            peers.getFirst().deploy(stages(1)).block(PATIENCE);
            PlacedModel first = ready(peers.getFirst());
            List<String> undisturbed = answer(peers.getFirst(), request).block(PATIENCE);

            ClusterPeer head = peers.stream()
                    .filter(peer -> peer.topology()
                            .self()
                            .equals(first.shards().getFirst().peer()))
                    .findFirst()
                    .orElseThrow();
            ClusterPeer other =
                    peers.stream().filter(peer -> peer != head).findFirst().orElseThrow();
            Sinks.Empty<Void> under = Sinks.empty();
            Mono<List<String>> disturbed = other.generate(request)
                    .index()
                    .doOnNext(token -> {
                        if (token.getT1() == 20) {
                            under.tryEmitEmpty();
                        }
                    })
                    .map(token -> token.getT2().id() + " " + token.getT2().logprobs())
                    .collectList()
                    .cache();
            disturbed.subscribe();
            under.asMono().block(PATIENCE);
            cluster.close(head);

            assertThat(disturbed.block(PATIENCE)).isEqualTo(undisturbed);
            assertThat(other.topology().peers()).hasSize(2);
        }
    }

    @Test
    void aModelThatIsAskedForIsDeployedAndOneThatWasTakenAwayIsGone() {
        try (TestCluster cluster = new TestCluster(directory, 7934)) {
            ClusterPeer peer = cluster.start("a");
            assertThat(peer.require(TINY).state()).isEqualTo(ServedModel.State.AVAILABLE);

            assertThat(answer(peer, request("Hop", 0, 5)).block(PATIENCE)).hasSize(5);
            assertThat(peer.require(TINY).state()).isEqualTo(ServedModel.State.READY);
            assertThat(peer.placements()).singleElement().satisfies(placed -> {
                assertThat(placed.context()).isEqualTo(2048);
                assertThat(placed.concurrency()).isEqualTo(16);
            });

            peer.undeploy(TINY).block(PATIENCE);
            assertThat(peer.placements()).isEmpty();
            assertThatThrownBy(() -> peer.undeploy(TINY).block(PATIENCE))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND));
            peer.topologies()
                    .filter(topology ->
                            topology.peers().stream().map(PeerInfo::shards).allMatch(List::isEmpty))
                    .blockFirst(PATIENCE);
        }
    }

    @Test
    void whatUsersDeployedOutlivesTheClusterAndWhatPeersStartedWithDoesNot() {
        try (TestCluster cluster = new TestCluster(directory, 7935)) {
            ClusterPeer peer = cluster.start("a", TINY);
            peer.deploy(Deployment.of("exoflux/tiny-draft")).block(PATIENCE);
            assertThat(peer.placements()).extracting(PlacedModel::model).containsExactly(TINY, "exoflux/tiny-draft");
            cluster.close(peer);

            ClusterPeer again = cluster.start("a");
            await(again, "exoflux/tiny-draft", placed -> placed.state() == PlacedModel.State.READY);
            assertThat(again.placements()).extracting(PlacedModel::model).containsExactly("exoflux/tiny-draft");
        }
    }

    @Test
    void planningChangesNothingAndMistakesAreToldInOneLine() {
        try (TestCluster cluster = new TestCluster(directory, 7936)) {
            ClusterPeer peer = cluster.start("a");

            Placement plan = peer.plan(stages(1)).block(PATIENCE);
            assertThat(plan).isNotNull();
            assertThat(plan.ring()).containsExactly(peer.topology().self());
            assertThat(peer.placements()).isEmpty();

            assertCode(peer.plan(stages(2)), ErrorCode.NO_PEERS);
            assertCode(peer.deploy(stages(2)), ErrorCode.NO_PEERS);
            assertCode(peer.deploy(Deployment.of("no/such")), ErrorCode.MODEL_NOT_FOUND);
            assertCode(
                    peer.deploy(new Deployment(TINY, Strategy.TENSOR, 0, 0, List.of(), 0, 0)), ErrorCode.UNSUPPORTED);
            assertCode(
                    peer.deploy(new Deployment(TINY, Strategy.AUTO, 0, 0, List.of(), 1 << 20, 0)),
                    ErrorCode.INVALID_REQUEST);
            assertThat(peer.placements()).isEmpty();
        }
    }

    private static void assertCode(Mono<?> failing, ErrorCode code) {
        assertThatThrownBy(() -> failing.block(PATIENCE))
                .isInstanceOfSatisfying(
                        ExofluxException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aModelThatNobodyHasIsToldAtTheStart() {
        try (TestCluster cluster = new TestCluster(directory, 7937)) {
            assertThatThrownBy(() -> cluster.start("a", "org/unknown"))
                    .isInstanceOfSatisfying(
                            ExofluxException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND))
                    .hasMessageContaining("org/unknown");
        }
    }

    @Test
    void aPeerThatIsClosedWhileItJoinsLeavesNothingBehind() {
        try (TestCluster cluster = new TestCluster(directory, 7938)) {
            ClusterPeer peer = cluster.join("a", TINY);
            assertThat(peer.own()).extracting(ServedModel::state).containsExactly(ServedModel.State.LOADING);
            cluster.close(peer);

            assertThatThrownBy(() -> peer.loaded().block(PATIENCE)).isInstanceOf(ExofluxException.class);
            cluster.start("a"); // the identity and all ports are free again
        }
    }
}
