package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.AnswerRule;
import dev.exoflux.dsl.definition.Body;
import dev.exoflux.dsl.definition.Fallback;
import dev.exoflux.dsl.definition.FanOut;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.Router;
import dev.exoflux.dsl.definition.Single;
import dev.exoflux.dsl.definition.Target;
import dev.exoflux.dsl.definition.Triad;
import dev.exoflux.dsl.definition.Validator;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * JSON Schemas that rules name by the path of a file, read and put in their place: the peers that run a pipeline do not have its author's
 * files.
 */
public final class SchemaFiles {

    private SchemaFiles() {}

    /**
     * A pipeline whose schemas are all in it. Reads files, none longer than {@link PipelineYaml#MOST_BYTES}; blocks.
     *
     * @param folder that paths are relative to
     * @throws ExofluxException INVALID_REQUEST for a file that cannot be read or is no JSON object
     */
    public static PipelineDefinition inlined(PipelineDefinition pipeline, Path folder) {
        return inlined(
                pipeline, check -> check instanceof AnswerCheck.JsonSchemaFile file ? read(file, folder) : check);
    }

    /** A pipeline whose checks, at any depth, are what {@code change} makes of them. */
    static PipelineDefinition inlined(PipelineDefinition pipeline, UnaryOperator<AnswerCheck> change) {
        Body body = (Body) target(pipeline.body(), change);
        return body.equals(pipeline.body())
                ? pipeline
                : new PipelineDefinition(
                        pipeline.name(),
                        body,
                        pipeline.before(),
                        pipeline.after(),
                        pipeline.sampling(),
                        pipeline.flow());
    }

    private static Target target(Target target, UnaryOperator<AnswerCheck> change) {
        return switch (target) {
            case Target.Named named -> named;
            case Single single -> {
                Validator validator = single.validator();
                yield validator == null
                        ? single
                        : new Single(single.main(), single.speculative(), validator(validator, change));
            }
            case Triad triad -> new Triad(triad.main(), triad.speculative(), validator(triad.validator(), change));
            case Router router ->
                new Router(
                        router.rules().stream()
                                .map(rule -> new Router.Rule(rule.condition(), target(rule.to(), change)))
                                .toList(),
                        target(router.otherwise(), change));
            case Fallback fallback -> new Fallback(targets(fallback.targets(), change));
            case FanOut fanOut -> new FanOut(fanOut.join(), fanOut.judge(), targets(fanOut.targets(), change));
        };
    }

    private static List<Target> targets(List<Target> targets, UnaryOperator<AnswerCheck> change) {
        return targets.stream().map(target -> target(target, change)).toList();
    }

    private static Validator validator(Validator validator, UnaryOperator<AnswerCheck> change) {
        return new Validator(
                validator.trit(),
                validator.rules().stream()
                        .map(rule -> new AnswerRule(rule.name(), change.apply(rule.check())))
                        .toList(),
                validator.on(),
                validator.onLoss());
    }

    /** The schema in a file. */
    static AnswerCheck.JsonSchema read(AnswerCheck.JsonSchemaFile named, Path folder) {
        String name = named.file();
        byte[] text;
        try (InputStream in = Files.newInputStream(folder.resolve(name))) {
            text = in.readNBytes(PipelineYaml.MOST_BYTES + 1);
        } catch (InvalidPathException | IOException e) {
            throw wrong(
                    "The JSON Schema %s cannot be read: %s.\nMaybe check the path: it is relative to the pipeline's file."
                            .formatted(name, e.getMessage()));
        }
        if (text.length > PipelineYaml.MOST_BYTES) {
            throw wrong("The JSON Schema %s is larger than %d bytes.\nMaybe another file is meant."
                    .formatted(name, PipelineYaml.MOST_BYTES));
        }
        return new AnswerCheck.JsonSchema(schema(name, text));
    }

    /** JSON is YAML too, so what holds for files of pipelines bounds schemas as well. */
    private static Map<String, Object> schema(String name, byte[] text) {
        Reading reading = new Reading();
        Map<String, Object> schema = null;
        try {
            List<YamlValue> documents = YamlTree.documents(SourceText.of(text), reading);
            if (documents.size() == 1) {
                schema = new JsonForm().read(name, documents.getFirst(), reading);
            }
        } catch (Refusal refusal) {
            reading.problems().add(refusal.problem());
        }
        if (!reading.problems().isEmpty()) {
            throw wrong(
                    "The JSON Schema %s".formatted(reading.problems().getFirst().in(name)));
        }
        if (schema == null) {
            throw wrong("The JSON Schema %s is not one JSON object.\nMaybe another file is meant.".formatted(name));
        }
        return schema;
    }

    private static ExofluxException wrong(String message) {
        return ExofluxException.invalid("json-schema", message);
    }
}
