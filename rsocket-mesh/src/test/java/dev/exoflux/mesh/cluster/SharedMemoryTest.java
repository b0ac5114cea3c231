package dev.exoflux.mesh.cluster;

import static dev.exoflux.mesh.cluster.TestCluster.PATIENCE;
import static dev.exoflux.mesh.cluster.TestCluster.TINY;
import static dev.exoflux.mesh.cluster.TestCluster.answer;
import static dev.exoflux.mesh.cluster.TestCluster.ready;
import static dev.exoflux.mesh.cluster.TestCluster.request;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.mesh.wire.NoLeaks;
import dev.exoflux.pipeline.BatcherMetrics;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.placement.Strategy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Peers with memory for one answer of the whole context, and more answers than that at once. */
@ExtendWith(NoLeaks.class)
final class SharedMemoryTest {

    private static final long MEMORY = 3 << 20;
    private static final int AT_ONCE = 5;
    private static final int TOKENS = 400; // more than memory is promised for ahead

    @TempDir
    Path directory;

    @Test
    void answersShareItAndSayWhatTheyWouldHaveSaidAlone() {
        List<GenerationRequest> requests = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> request("The hop " + i, i % 2 * 11L, TOKENS))
                .toList();
        try (TestCluster cluster = new TestCluster(directory, 7941)) {
            List<ClusterPeer> peers = cluster.three(MEMORY);
            peers.getFirst()
                    .deploy(new Deployment(TINY, Strategy.PIPELINE, 3, 0, List.of(), 2048, 0))
                    .block(PATIENCE);
            PlacedModel placed = ready(peers.getFirst());
            assertThat(placed.concurrency()).isEqualTo(1);
            ClusterPeer head = peers.stream()
                    .filter(peer -> peer.topology()
                            .self()
                            .equals(placed.shards().getFirst().peer()))
                    .findFirst()
                    .orElseThrow();

            AtomicInteger most = new AtomicInteger();
            List<List<String>> together = requireNonNull(Flux.fromIterable(requests)
                    .index()
                    .flatMapSequential(
                            request -> answer(
                                    peers.get((int) (request.getT1() % peers.size())),
                                    request.getT2(),
                                    () -> look(head, most)),
                            AT_ONCE)
                    .collectList()
                    .block(PATIENCE));

            assertThat(most).hasValueGreaterThan(3);
            assertThat(requireNonNull(head.batchers().get(TINY)).timesAside()).isPositive();
            assertThat(together).allSatisfy(answer -> assertThat(answer).hasSize(TOKENS));
            // the youngest is who gives way first
            assertThat(together.getLast())
                    .isEqualTo(answer(peers.getFirst(), requests.getLast()).block(PATIENCE));
        }
    }

    private static void look(ClusterPeer head, AtomicInteger most) {
        BatcherMetrics metrics = requireNonNull(head.batchers().get(TINY));
        most.accumulateAndGet(metrics.live(), Math::max);
        assertThat(metrics.reservedBytes()).isLessThanOrEqualTo(metrics.budgetBytes());
    }
}
