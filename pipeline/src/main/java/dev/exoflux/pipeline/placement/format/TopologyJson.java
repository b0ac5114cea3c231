package dev.exoflux.pipeline.placement.format;

import dev.exoflux.pipeline.placement.Link;
import dev.exoflux.pipeline.placement.PeerInfo;
import dev.exoflux.pipeline.placement.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A topology as node-link data of a directed multigraph. Its edges are told twice, as {@code edges} and as {@code links}:
 * networkx looks for the one from version 3.6 on and for the other before, and D3 for the latter.
 */
final class TopologyJson {

    private static final JsonMapper MAPPER = new JsonMapper();

    private TopologyJson() {}

    static String of(Topology topology) {
        List<Map<String, Object>> nodes = new ArrayList<>();
        for (PeerInfo peer : topology.peers()) {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("id", peer.id());
            node.putAll(TopologyFormat.attributes(topology, peer));
            nodes.add(node);
        }
        List<Map<String, Object>> edges = new ArrayList<>();
        String pair = "";
        int key = 0;
        for (Link link : topology.links()) {
            String ends = link.from() + "\n" + link.to();
            key = ends.equals(pair) ? key + 1 : 0;
            pair = ends;
            Map<String, Object> edge = new LinkedHashMap<>();
            edge.put("source", link.from());
            edge.put("target", link.to());
            edge.put("key", key);
            edge.putAll(TopologyFormat.attributes(link));
            edges.add(edge);
        }
        Map<String, Object> graph = new LinkedHashMap<>();
        graph.put("directed", true);
        graph.put("multigraph", true);
        graph.put("graph", Map.of("self", topology.self(), "coordinator", topology.coordinator()));
        graph.put("nodes", nodes);
        graph.put("edges", edges);
        graph.put("links", edges);
        return MAPPER.writeValueAsString(graph) + "\n";
    }
}
