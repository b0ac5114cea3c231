package dev.exoflux.shell;

import dev.exoflux.pipeline.placement.format.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** {@code exoflux placements}: which models are deployed, and where their parts are. */
final class PlacementsCommand extends ExofluxCommand {

    PlacementsCommand(Console console) {
        super(
                "placements",
                "[--json]",
                "List the deployed models and where their parts are",
                console,
                List.of(ServerClient.URL, Options.flag("json", "One JSON array instead of a table")));
    }

    @Override
    int run(Options options) {
        try (ServerClient server = ServerClient.of(options, console())) {
            String body = server.text("/api/placements");
            if (options.flag("json")) {
                console().out().println(body);
            } else {
                print(ServerReply.json(body), new PeerNames(server.get("/api/peers")));
            }
        }
        return CommandLine.OK;
    }

    private void print(JsonNode placements, PeerNames names) {
        if (placements.isEmpty()) {
            console().err().println("No model is deployed.\nMaybe `exoflux deploy exoflux/tiny`.");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("MODEL", "STATE", "STRATEGY", "CONTEXT", "CONCURRENCY", "SHARDS"));
        for (JsonNode placed : placements) {
            rows.add(List.of(
                    placed.path("model").asString(""),
                    state(placed),
                    placed.path("strategy").asString(""),
                    placed.path("context").asString(""),
                    placed.path("concurrency").asString(""),
                    names.shards(placed.path("shards"))));
        }
        console().out().print(Table.of(rows));
        for (JsonNode placed : placements) {
            String reason = placed.path("reason").asString("");
            if (!reason.isEmpty()) {
                console().out().println();
                console().out().println("%s: %s".formatted(placed.path("model").asString(""), reason));
            }
        }
    }

    private static String state(JsonNode placed) {
        String state = placed.path("state").asString("");
        return state.equals("placing")
                ? String.format(
                        Locale.ROOT, "placing %.0f%%", placed.path("progress").asDouble(0) * 100)
                : state;
    }
}
