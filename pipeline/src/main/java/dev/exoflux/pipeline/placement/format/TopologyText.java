package dev.exoflux.pipeline.placement.format;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A topology as two tables. */
final class TopologyText {

    private TopologyText() {}

    static String of(Topology topology) {
        List<List<String>> peers = new ArrayList<>();
        peers.add(List.of("PEER", "DEVICE", "CORES", "MEMORY FREE", "OF", "BACKEND", "WEIGHTS", ""));
        for (PeerInfo peer : topology.peers()) {
            peers.add(List.of(
                    peer.name().equals(peer.id()) ? peer.id() : peer.name() + " (" + peer.id() + ")",
                    known(peer.device()),
                    peer.cores() == 0 ? "-" : Integer.toString(peer.cores()),
                    gibibytes(peer.memoryFreeBytes()),
                    gibibytes(peer.memoryTotalBytes()),
                    known(peer.backend().isEmpty() ? String.join(",", peer.backends()) : peer.backend()),
                    rate(peer.weightBytesPerSecond()),
                    role(topology, peer)));
        }
        List<List<String>> links = new ArrayList<>();
        links.add(List.of("FROM", "TO", "KIND", "ROUND TRIP", "BANDWIDTH", "ADDRESS"));
        for (Link link : topology.links()) {
            links.add(List.of(
                    link.from(),
                    link.to(),
                    link.kind().spelling(),
                    link.roundTripMicros() == 0 ? "-" : String.format(Locale.ROOT, "%.0f us", link.roundTripMicros()),
                    rate(link.bytesPerSecond()),
                    known(link.rdmaDevice() == null ? link.address() : link.rdmaDevice())));
        }
        return Table.of(peers) + (links.size() == 1 ? "" : "\n" + Table.of(links));
    }

    private static String role(Topology topology, PeerInfo peer) {
        boolean self = peer.id().equals(topology.self());
        boolean coordinator = peer.id().equals(topology.coordinator());
        return self && coordinator ? "this peer, coordinator" : self ? "this peer" : coordinator ? "coordinator" : "";
    }

    private static String known(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }

    private static String rate(double bytesPerSecond) {
        return bytesPerSecond == 0 ? "-" : String.format(Locale.ROOT, "%.2f GB/s", bytesPerSecond / 1e9);
    }
}
