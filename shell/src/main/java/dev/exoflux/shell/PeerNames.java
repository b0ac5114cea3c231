package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What people call the peers of a cluster: by name, and where two have the same name by name and id. */
final class PeerNames {

    private final Map<String, String> names = new HashMap<>();

    /** @param peers the answer of {@code /api/peers} */
    PeerNames(JsonNode peers) {
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (JsonNode peer : peers.path("peers")) {
            String name = peer.path("name").asString("");
            if (name.isEmpty() || !seen.add(name)) {
                twice.add(name);
            }
        }
        for (JsonNode peer : peers.path("peers")) {
            String id = peer.path("id").asString("");
            String name = peer.path("name").asString("");
            names.put(id, name.isEmpty() ? id : twice.contains(name) ? name + " (" + id + ")" : name);
        }
    }

    /** Of the cluster that a server is in; none where it is in none. */
    static PeerNames of(ServerClient server) {
        try {
            return new PeerNames(server.get("/api/peers"));
        } catch (ExofluxException alone) {
            return new PeerNames(JsonNodeFactory.instance.objectNode());
        }
    }

    /** The id itself where the peer is not known. */
    String of(String id) {
        return names.getOrDefault(id, id);
    }

    /** A sentence that speaks of ids, with names. */
    String in(String sentence) {
        String named = sentence;
        for (Map.Entry<String, String> name : names.entrySet()) {
            named = named.replace(name.getKey(), name.getValue());
        }
        return named;
    }

    /** Such as {@code desk [0, 3), shelf [3, 6)}. */
    String shards(JsonNode shards) {
        List<String> parts = new ArrayList<>();
        for (JsonNode shard : shards) {
            parts.add("%s %s".formatted(of(shard.path("peer").asString("")), layers(shard)));
        }
        return parts.isEmpty() ? "-" : String.join(", ", parts);
    }

    /** Such as {@code [0, 3)}. */
    static String layers(JsonNode shard) {
        return "[%d, %d)"
                .formatted(shard.path("from").asInt(0), shard.path("to").asInt(0));
    }
}
