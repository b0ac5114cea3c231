package dev.exoflux.pipeline.placement.format;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.Locale;

/** A topology for Graphviz. */
final class TopologyDot {

    private TopologyDot() {}

    static String of(Topology topology) {
        StringBuilder dot = new StringBuilder("digraph exoflux {\n  node [shape=box];\n");
        for (PeerInfo peer : topology.peers()) {
            String memory = String.format(Locale.ROOT, "%.1f GiB free", peer.memoryFreeBytes() / (double) (1L << 30));
            String style = peer.id().equals(topology.coordinator()) ? ", style=bold" : "";
            dot.append("  %s [label=%s%s];\n".formatted(quoted(peer.id()), quoted(peer.name() + "\n" + memory), style));
        }
        for (Link link : topology.links()) {
            String label = link.kind().spelling()
                    + (link.roundTripMicros() == 0
                            ? ""
                            : String.format(Locale.ROOT, " %.0f us", link.roundTripMicros()));
            dot.append("  %s -> %s [label=%s];\n".formatted(quoted(link.from()), quoted(link.to()), quoted(label)));
        }
        return dot.append("}\n").toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
