package dev.exoflux.mesh.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.exoflux.mesh.membership.Wire.Malformed;
import dev.exoflux.model.LayerRange;
import dev.exoflux.pipeline.placement.HeldModel;
import dev.exoflux.pipeline.placement.HeldShard;
import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.PeerInterface;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PeerCodecTest {

    private static final PeerInfo PEER = PeerInfo.builder("a1b2")
            .name("studio")
            .host("192.168.1.20")
            .httpPort(8080)
            .meshPort(7900)
            .device("Apple M3 Ultra")
            .cores(32)
            .backends(List.of("cpu", "mlx"))
            .backend("mlx")
            .memoryFreeBytes(90L << 30)
            .memoryTotalBytes(96L << 30)
            .weightBytesPerSecond(7.5e11)
            .gflops(20_000)
            .diskFreeBytes(1L << 40)
            .rdmaEnabled(true)
            .labels(List.of("attic", "gpu=none"))
            .leaving(true)
            .interfaces(List.of(
                    new PeerInterface("en0", Link.Kind.ETHERNET, List.of("192.168.1.20", "fd00::1")),
                    new PeerInterface("rdma_en5", Link.Kind.RDMA, List.of())))
            .models(List.of(
                    HeldModel.complete("org/model", 5L << 30),
                    new HeldModel(
                            "org/part",
                            1L << 30,
                            false,
                            List.of(new LayerRange(0, 4), new LayerRange(8, 9)),
                            "00112233445566aa")))
            .shards(List.of(
                    HeldShard.ready("org/model", new LayerRange(3, 7)),
                    new HeldShard(
                            "org/part", new LayerRange(0, 4), 9, 1L << 30, HeldShard.State.FAILED, 0.25, "no disk")))
            .build();

    private static final List<PeerMessage> ALL = List.of(
            new PeerMessage.Say(new Report(
                    3, 17, PEER, 7950, List.of(new Link("a1b2", "c3", Link.Kind.WIFI, "10.0.0.7", 812.5, 9e7, null)))),
            new PeerMessage.Propose(7, "model", "Grüße"),
            new PeerMessage.Propose(8, "model", null),
            new PeerMessage.Store(new Entry("k", "v", new Version(5, 3, "a1b2"))),
            new PeerMessage.Stored(new Version(5, 3, "a1b2")),
            new PeerMessage.Answer(9, Version.NONE, "no"),
            new PeerMessage.Sum(Long.MIN_VALUE),
            new PeerMessage.Snapshot(List.of(new Entry("k", null, new Version(6, 2, "c3"))), true));

    @Test
    void everyMessageComesBackAsItWas() throws Malformed {
        for (PeerMessage message : ALL) {
            assertThat(PeerCodec.message(PeerCodec.bytes(message))).isEqualTo(message);
        }
    }

    @Test
    void whatIsCutShortOrTooLongIsRefused() {
        for (PeerMessage message : ALL) {
            byte[] bytes = PeerCodec.bytes(message);
            for (int length = 0; length < bytes.length; length++) {
                byte[] part = Arrays.copyOf(bytes, length);
                assertThatExceptionOfType(Malformed.class).isThrownBy(() -> PeerCodec.message(part));
            }
            assertThatExceptionOfType(Malformed.class)
                    .isThrownBy(() -> PeerCodec.message(Arrays.copyOf(bytes, bytes.length + 1)));
        }
    }

    @Test
    void whateverIsSentIsUnderstoodOrRefused() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = PeerCodec.bytes(ALL.get(i % ALL.size()));
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(PeerCodec.message(bytes)).isNotNull();
            } catch (Malformed e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }
}
