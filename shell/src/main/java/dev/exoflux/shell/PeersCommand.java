package dev.exoflux.shell;

import dev.exoflux.pipeline.placement.format.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** {@code exoflux peers}, also {@code exoflux --list-peers}: who is in the cluster. */
final class PeersCommand extends ExofluxCommand {

    private static final int MODELS_SHOWN = 3;

    /** The column with names of peers. */
    private static final int NAME = 1;

    PeersCommand(Console console) {
        super(
                "peers",
                "[--json]",
                "List the peers of the cluster, what they hold, and the links between them",
                console,
                List.of(ServerClient.URL, Options.flag("json", "One JSON object instead of tables")));
    }

    @Override
    int run(Options options) {
        try (ServerClient server = ServerClient.of(options, console())) {
            String body = server.text("/api/peers");
            if (options.flag("json")) {
                console().out().println(body);
            } else {
                print(ServerReply.json(body));
            }
        }
        return CommandLine.OK;
    }

    private void print(JsonNode cluster) {
        PeerNames names = new PeerNames(cluster);
        boolean labelled = cluster.path("peers")
                .valueStream()
                .anyMatch(peer -> !peer.path("labels").isEmpty());
        List<List<String>> peers = new ArrayList<>();
        peers.add(row(
                labelled,
                "LABELS",
                List.of(
                        "",
                        "PEER",
                        "ID",
                        "ADDRESS",
                        "DEVICE",
                        "CORES",
                        "MEMORY FREE",
                        "OF",
                        "BACKEND",
                        "SPEED",
                        "SHARDS",
                        "MODELS")));
        List<List<String>> links = new ArrayList<>();
        links.add(List.of("FROM", "TO", "KIND", "ROUND TRIP", "BANDWIDTH"));
        for (JsonNode peer : cluster.path("peers")) {
            peers.add(row(labelled, words(peer.path("labels")), row(peer, mark(cluster, peer))));
            for (JsonNode link : peer.path("links")) {
                links.add(List.of(
                        names.of(peer.path("id").asString("")),
                        names.of(link.path("to").asString("")),
                        link.path("kind").asString("-"),
                        roundTrip(link.path("roundTripMicros").asDouble(0)),
                        Sizes.rate(link.path("bytesPerSecond").asDouble(0))));
            }
        }
        console().out().print(Table.of(peers));
        if (links.size() > 1) {
            console().out().println();
            console().out().print(Table.of(links));
        }
        console().out().println();
        console().out().println("* coordinates the cluster, > has answered");
    }

    /** Labels are shown where somebody has any. */
    private static List<String> row(boolean labelled, String labels, List<String> row) {
        List<String> with = new ArrayList<>(row);
        if (labelled) {
            with.add(NAME + 1, labels);
        }
        return with;
    }

    private static String words(JsonNode words) {
        return words.isEmpty()
                ? "-"
                : words.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "));
    }

    private static String mark(JsonNode cluster, JsonNode peer) {
        JsonNode id = peer.path("id");
        return (id.equals(cluster.path("coordinator")) ? "*" : "") + (id.equals(cluster.path("self")) ? ">" : "");
    }

    private static List<String> row(JsonNode peer, String mark) {
        int port = peer.path("httpPort").asInt(0);
        String host = known(peer.path("host").asString(""));
        return List.of(
                mark,
                known(peer.path("name").asString("")) + (peer.path("leaving").asBoolean(false) ? " (leaving)" : ""),
                peer.path("id").asString(""),
                port == 0 ? host : host + ":" + port,
                known(peer.path("device").asString("")),
                count(peer.path("cores").asInt(0)),
                Sizes.memory(peer.path("memoryFreeBytes").asDouble(0)),
                Sizes.memory(peer.path("memoryTotalBytes").asDouble(0)),
                known(peer.path("backend").asString("")),
                Sizes.rate(peer.path("weightBytesPerSecond").asDouble(0)),
                shards(peer.path("shards")),
                models(peer.path("models")));
    }

    private static String shards(JsonNode shards) {
        List<String> held = new ArrayList<>();
        for (JsonNode shard : shards) {
            String state = shard.path("state").asString("");
            held.add(shard.path("model").asString("") + " " + PeerNames.layers(shard)
                    + (state.equals("ready") ? "" : " " + state));
        }
        return held.isEmpty() ? "-" : String.join(", ", held);
    }

    private static String models(JsonNode models) {
        List<String> names = new ArrayList<>();
        models.forEach(model -> names.add(model.asString("")));
        if (names.size() > MODELS_SHOWN) {
            return String.join(", ", names.subList(0, MODELS_SHOWN)) + ", +" + (names.size() - MODELS_SHOWN);
        }
        return names.isEmpty() ? "-" : String.join(", ", names);
    }

    private static String roundTrip(double micros) {
        if (micros == 0) {
            return "-";
        }
        return micros < 1000
                ? String.format(Locale.ROOT, "%.0f us", micros)
                : String.format(Locale.ROOT, "%.1f ms", micros / 1000);
    }

    private static String count(int number) {
        return number == 0 ? "-" : Integer.toString(number);
    }

    private static String known(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
