package dev.exoflux.shell;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.pipeline.placement.format.TopologyFormat;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** {@code exoflux topology}: the cluster as a graph, for people and for programs that draw. */
final class TopologyCommand extends ExofluxCommand {

    TopologyCommand(Console console) {
        super(
                "topology",
                "[--format " + formats("|") + "]",
                "Print peers and links as a graph",
                console,
                List.of(ServerClient.URL, Options.text("format", formats(", ") + " (text)")));
    }

    @Override
    int run(Options options) {
        String spelling = options.text("format").orElse(TopologyFormat.TEXT.spelling());
        TopologyFormat format = TopologyFormat.of(spelling)
                .orElseThrow(() -> ExofluxException.invalid(
                        "--format", "--format %s is none of %s.".formatted(spelling, formats(", "))));
        try (ServerClient server = ServerClient.of(options, console())) {
            console().out().print(server.text("/api/topology?format=" + format.spelling()));
        }
        return CommandLine.OK;
    }

    private static String formats(String separator) {
        return Arrays.stream(TopologyFormat.values())
                .map(TopologyFormat::spelling)
                .collect(Collectors.joining(separator));
    }
}
