package dev.exoflux.pipeline.placement.format;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.LinkedHashMap;
import java.util.Map;

/** A topology as GraphML; edges have ids, so that several between the same two stay several. */
final class TopologyGraphMl {

    private final StringBuilder nodes = new StringBuilder();
    /** Declarations of the attributes used, by the key under which nodes and edges refer to them. */
    private final Map<String, String> keys = new LinkedHashMap<>();

    private TopologyGraphMl() {}

    static String of(Topology topology) {
        return new TopologyGraphMl().write(topology);
    }

    private String write(Topology topology) {
        for (PeerInfo peer : topology.peers()) {
            nodes.append("    <node id=\"%s\">\n".formatted(escaped(peer.id())));
            TopologyFormat.attributes(topology, peer).forEach((name, value) -> data("node", name, value));
            nodes.append("    </node>\n");
        }
        int edge = 0;
        for (Link link : topology.links()) {
            nodes.append("    <edge id=\"e%d\" source=\"%s\" target=\"%s\">\n"
                    .formatted(edge++, escaped(link.from()), escaped(link.to())));
            TopologyFormat.attributes(link).forEach((name, value) -> data("edge", name, value));
            nodes.append("    </edge>\n");
        }
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
                %s  <graph id="exoflux" edgedefault="directed">
                %s  </graph>
                </graphml>
                """.formatted(String.join("", keys.values()), nodes);
    }

    private void data(String of, String name, Object value) {
        String key = of + "." + name;
        keys.computeIfAbsent(
                key,
                id -> "  <key id=\"%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n"
                        .formatted(id, of, name, type(value)));
        nodes.append("      <data key=\"%s\">%s</data>\n".formatted(key, escaped(value.toString())));
    }

    private static String type(Object value) {
        return switch (value) {
            case Integer _ -> "int";
            case Long _ -> "long";
            case Double _ -> "double";
            case Boolean _ -> "boolean";
            default -> "string";
        };
    }

    /** Control characters may not stand in XML at all. */
    private static String escaped(String text) {
        return text.replaceAll("[\\p{Cntrl}\\x{FFFE}\\x{FFFF}]", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
