package dev.exoflux.shell;

import dev.exoflux.pipeline.placement.format.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** {@code exoflux pipelines}: what is deployed beside the models. */
final class PipelinesCommand extends ExofluxCommand {

    PipelinesCommand(Console console) {
        super(
                "pipelines",
                "[--json]",
                "List the deployed pipelines",
                console,
                List.of(ServerClient.URL, Options.flag("json", "One JSON array instead of a table")));
    }

    @Override
    int run(Options options) {
        try (ServerClient server = ServerClient.of(options, console())) {
            String body = server.text("/api/pipelines");
            if (options.flag("json")) {
                console().out().println(body);
            } else {
                print(ServerReply.json(body));
            }
        }
        return CommandLine.OK;
    }

    private void print(JsonNode pipelines) {
        if (pipelines.isEmpty()) {
            console().err().println("No pipeline is deployed.\nMaybe `exoflux deploy samples/pipelines/triad.yaml`.");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PIPELINE", "BODY", "MODELS"));
        for (JsonNode pipeline : pipelines) {
            rows.add(List.of(
                    pipeline.path("name").asString(""),
                    pipeline.path("body").asString(""),
                    pipeline.path("models")
                            .valueStream()
                            .map(JsonNode::asString)
                            .collect(Collectors.joining(", "))));
        }
        console().out().print(Table.of(rows));
    }
}
