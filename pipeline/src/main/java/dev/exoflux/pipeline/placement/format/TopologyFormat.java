package dev.exoflux.pipeline.placement.format;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The forms in which a topology is told. */
public enum TopologyFormat {
    /** A table of peers and one of links, for people. */
    TEXT,
    /** The language of Graphviz. */
    DOT,
    /** GraphML, a directed multigraph, as networkx and yEd read it. */
    GRAPHML,
    /** Node-link JSON, as networkx's {@code node_link_graph} and D3 read it. */
    JSON;

    /** The topology in this form, ending with a new line. */
    public String write(Topology topology) {
        return switch (this) {
            case TEXT -> TopologyText.of(topology);
            case DOT -> TopologyDot.of(topology);
            case GRAPHML -> TopologyGraphMl.of(topology);
            case JSON -> TopologyJson.of(topology);
        };
    }

    /** As {@code --format} spells it. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The form of that name. */
    public static Optional<TopologyFormat> of(String spelling) {
        return Arrays.stream(values())
                .filter(format -> format.spelling().equals(spelling.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /**
     * What a graph tells of a peer, by the names that {@code /api/peers} uses; values are strings, numbers and booleans. None is
     * called {@code self}: networkx passes them to a Python method as keywords.
     */
    static Map<String, Object> attributes(Topology topology, PeerInfo peer) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("name", peer.name());
        attributes.put("host", peer.host());
        attributes.put("httpPort", peer.httpPort());
        attributes.put("device", peer.device());
        attributes.put("cores", peer.cores());
        attributes.put("backend", peer.backend());
        attributes.put("memoryFreeBytes", peer.memoryFreeBytes());
        attributes.put("memoryTotalBytes", peer.memoryTotalBytes());
        attributes.put("weightBytesPerSecond", peer.weightBytesPerSecond());
        attributes.put("gflops", peer.gflops());
        attributes.put("isSelf", peer.id().equals(topology.self()));
        attributes.put("isCoordinator", peer.id().equals(topology.coordinator()));
        return attributes;
    }

    /** What a graph tells of a link. */
    static Map<String, Object> attributes(Link link) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("kind", link.kind().spelling());
        attributes.put("address", link.address());
        attributes.put("roundTripMicros", link.roundTripMicros());
        attributes.put("bytesPerSecond", link.bytesPerSecond());
        attributes.put("rdmaDevice", link.rdmaDevice() == null ? "" : link.rdmaDevice());
        return attributes;
    }
}
