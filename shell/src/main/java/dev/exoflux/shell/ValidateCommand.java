package dev.exoflux.shell;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.run.Models;
import dev.exoflux.dsl.yaml.PipelineFile;
import dev.exoflux.dsl.yaml.PipelineYaml;
import dev.exoflux.model.ExofluxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code exoflux validate}: says what is wrong with pipeline files, all of it, and runs nothing. */
final class ValidateCommand extends ExofluxCommand {

    ValidateCommand(Console console) {
        super("validate", "FILE...", "Check files of pipelines without running them", console, List.of());
    }

    @Override
    boolean takesArguments() {
        return true;
    }

    @Override
    int run(Options options) {
        List<String> names = options.arguments();
        if (names.isEmpty()) {
            throw ExofluxException.invalid(
                    "FILE", "validate needs a file.\nMaybe `exoflux validate samples/pipelines/triad.yaml`.");
        }
        boolean sound = true;
        for (String name : names) {
            sound &= check(name);
        }
        return sound ? CommandLine.OK : CommandLine.USAGE;
    }

    private boolean check(String name) {
        PipelineFile file = PipelineYaml.check(path(name), Set.of());
        file.problems().forEach(problem -> console().err().println(problem.in(name)));
        if (!file.problems().isEmpty()) {
            return false;
        }
        try {
            Models.of(file.pipelines());
        } catch (ExofluxException e) {
            console().err().println(name + ": " + e.getMessage());
            return false;
        }
        String pipelines =
                file.pipelines().stream().map(PipelineDefinition::name).collect(Collectors.joining(", "));
        console().out().println(name + " is sound: " + pipelines);
        return true;
    }

    static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw ExofluxException.invalid("FILE", "There is no file %s.".formatted(name));
        }
    }
}
