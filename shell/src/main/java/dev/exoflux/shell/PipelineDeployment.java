package dev.exoflux.shell;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.model.ExofluxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Deploys the pipelines of a file. What is wrong with it is said with the file's name before any server is asked. */
final class PipelineDeployment {

    /** Of {@code deploy}, those that say how a model is placed: a file says that itself. */
    private static final List<String> OF_MODELS = List.of(
            "stages", "min-peers", "peers", "strategy", "context", "concurrency", "dry-run", "simulate", "bits");

    private final Console console;

    PipelineDeployment(Console console) {
        this.console = console;
    }

    int deploy(String name, Options options) {
        for (String option : OF_MODELS) {
            if (options.given(option)) {
                throw ExofluxException.invalid(
                        "--" + option, "--%s is for a model; %s says how its own are placed.".formatted(option, name));
            }
        }
        try (ServerClient server = ServerClient.of(options, console)) {
            Set<String> deployed = server.get("/api/pipelines")
                    .valueStream()
                    .map(pipeline -> pipeline.path("name").asString(""))
                    .collect(Collectors.toSet());
            List<PipelineDefinition> read =
                    PipelineYaml.check(ValidateCommand.path(name), deployed).orThrow();
            byte[] whole = PipelineYaml.write(read).getBytes(StandardCharsets.UTF_8); // with what other files say
            JsonNode pipelines = server.postYaml("/api/pipelines", whole);
            if (options.flag("json")) {
                console.out().println(pipelines);
            } else {
                pipelines
                        .valueStream()
                        .forEach(pipeline -> console.out()
                                .println(pipeline.path("name").asString("")
                                        + " is deployed: ask for it as for a model."));
            }
        }
        return CommandLine.OK;
    }
}
