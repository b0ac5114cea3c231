package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.HeldModel;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.PeerInterface;
import dev.exoflux.pipeline.placement.Topology;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What peers say of themselves and of their links to all others, among many of them; prints what that takes. */
final class ManyPeersTest {

    /** Far more than it takes; a topology that compares all with all would need minutes. */
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static String id(int peer) {
        return "peer-%08x-4f0a61d9c798".formatted(peer * 0x9E3779B9);
    }

    /** As a peer reports it that holds a part of one model and has measured the way to every other. */
    private static Report report(int peer, int peers) {
        PeerInfo info = PeerInfo.builder(id(peer))
                .name("studio-" + peer)
                .host("10.0.%d.%d".formatted(peer / 250, peer % 250))
                .httpPort(8080)
                .meshPort(7900)
                .device("Apple M3 Ultra")
                .cores(24)
                .backends(List.of("cpu"))
                .backend("cpu")
                .memoryFreeBytes(96L << 30)
                .memoryTotalBytes(128L << 30)
                .weightBytesPerSecond(4e11)
                .interfaces(List.of(new PeerInterface("en0", Link.Kind.ETHERNET, List.of("10.0.0.1"))))
                .models(List.of(new HeldModel("org/large", 200L << 30, true, List.of(), "4f0a61d9c798b830")))
                .shards(List.of(HeldShard.ready("org/large", new LayerRange(0, 2))))
                .build();
        List<Link> links = IntStream.range(0, peers)
                .filter(other -> other != peer)
                .mapToObj(other ->
                        new Link(id(peer), id(other), Link.Kind.ETHERNET, "10.0.0.1", 150 + other, 110e6, null))
                .toList();
        return new Report(1, 1, info, 7901, links);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 1000})
    void allAreKnownWithTheirLinks(int peers) throws Wire.Malformed {
        Directory directory = new Directory(report(0, peers));
        directory.view(new GroupView(
                IntStream.range(0, peers).mapToObj(ManyPeersTest::id).toList()));
        List<byte[]> said = IntStream.range(1, peers)
                .mapToObj(peer -> PeerCodec.bytes(new PeerMessage.Say(report(peer, peers))))
                .toList();
        long hear = Long.MAX_VALUE;
        long know = Long.MAX_VALUE;
        long start = System.nanoTime();
        for (int round = 0; round < Math.max(3, 2000 / peers); round++) {
            long before = System.nanoTime();
            for (int peer = 1; peer < peers; peer++) {
                directory.said(id(peer), ((PeerMessage.Say) PeerCodec.message(said.get(peer - 1))).report());
            }
            long heard = System.nanoTime();
            Topology topology = directory.topology();
            hear = Math.min(hear, heard - before);
            know = Math.min(know, System.nanoTime() - heard);
            assertThat(topology.peers()).hasSize(peers);
            assertThat(topology.links()).hasSize(peers * (peers - 1));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        System.out.printf(
                "%d peers: a report has %d bytes and is read in %.3f ms; a topology of %d links is made in %.2f ms%n",
                peers, said.getFirst().length, hear / 1e6 / (peers - 1), peers * (peers - 1), know / 1e6);
    }
}
