package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.model.ExofluxException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a file says.
 *
 * @param source what it is called in messages
 * @param pipelines those that can be understood, in order; worth running only where there is no problem
 * @param problems by their place in the file; empty where all is well
 */
public record PipelineFile(String source, List<PipelineDefinition> pipelines, List<Problem> problems) {

    private static final int MOST_TOLD = 20;

    public PipelineFile {
        pipelines = List.copyOf(pipelines);
        problems = List.copyOf(problems);
    }

    /**
     * The pipelines, if there is no problem.
     *
     * @throws ExofluxException INVALID_REQUEST that tells all problems with line and column, and is about the key of the first
     */
    public List<PipelineDefinition> orThrow() {
        if (problems.isEmpty()) {
            return pipelines;
        }
        String told = problems.stream()
                .limit(MOST_TOLD)
                .map(problem -> problem.in(source))
                .collect(Collectors.joining("\n"));
        String more = problems.size() > MOST_TOLD ? "\nAnd %d more.".formatted(problems.size() - MOST_TOLD) : "";
        throw ExofluxException.invalid(problems.getFirst().key(), told + more);
    }
}
