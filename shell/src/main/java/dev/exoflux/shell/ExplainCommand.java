package dev.exoflux.shell;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.explain.Explanation;
import dev.exoflux.dsl.run.Models;
import dev.exoflux.dsl.yaml.PipelineFile;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.model.ExofluxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code exoflux explain}: the stream that pipelines become, stage by stage, with the peers that would run it. Runs nothing. */
final class ExplainCommand extends ExofluxCommand {

    ExplainCommand(Console console) {
        super(
                "explain",
                "FILE|NAME",
                "Print the stream that a file's pipelines, or a deployed one, become, with the peers that would run it",
                console,
                List.of(ServerClient.URL));
    }

    @Override
    boolean takesArguments() {
        return true;
    }

    @Override
    int run(Options options) {
        if (options.arguments().size() != 1) {
            throw ExofluxException.invalid(
                    "FILE",
                    "explain needs a file, or the name of a deployed pipeline.\nMaybe `exoflux explain samples/pipelines/triad.yaml`.");
        }
        String name = options.arguments().getFirst();
        Optional<ServerClient> found = ServerClient.find(options, console());
        if (found.isEmpty()) {
            return explain(file(name, Set.of()), new OwnMachine(console()));
        }
        try (ServerClient server = found.get()) {
            PipelineFile pipelines = isFile(name) ? file(name, deployed(server)) : deployed(name, server);
            return explain(pipelines, new ClusterPlaces(server));
        }
    }

    private static boolean isFile(String name) {
        return name.endsWith(".yaml")
                || name.endsWith(".yml")
                || !PipelineDefinition.NAME.matcher(name).matches()
                || Files.isRegularFile(Path.of(name));
    }

    private static PipelineFile file(String name, Set<String> others) {
        return PipelineYaml.check(ValidateCommand.path(name), others);
    }

    private static Set<String> deployed(ServerClient server) {
        return server.get("/api/pipelines")
                .valueStream()
                .map(pipeline -> pipeline.path("name").asString(""))
                .collect(Collectors.toSet());
    }

    /** What it names may be gone by now; that is for whoever asks it. */
    private static PipelineFile deployed(String name, ServerClient server) {
        byte[] yaml = server.text("/api/pipelines/" + name).getBytes(StandardCharsets.UTF_8);
        return PipelineYaml.checkAlone(name, yaml);
    }

    private int explain(PipelineFile file, ModelPlaces places) {
        if (!file.problems().isEmpty()) {
            file.problems().forEach(problem -> console().err().println(problem.in(file.source())));
            return CommandLine.USAGE;
        }
        places.remark().ifPresent(remark -> console().err().println("exoflux: " + remark));
        ExplainedText text = new ExplainedText(Models.of(file.pipelines()), places);
        for (PipelineDefinition pipeline : file.pipelines()) {
            console().out().print(text.of(Explanation.of(pipeline)));
        }
        return CommandLine.OK;
    }
}
