package dev.exoflux.dsl.yaml;

import dev.exoflux.dsl.definition.AnswerCheck;
import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.dsl.definition.References;
import dev.exoflux.dsl.yaml.YamlValue.Field;
import dev.exoflux.dsl.yaml.YamlValue.Fields;
import dev.exoflux.dsl.yaml.YamlValue.Scalar;
import dev.exoflux.model.ExofluxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one file. */
final class PipelineReader {

    private final Reading reading = new Reading();
    private final List<PipelineDefinition> pipelines = new ArrayList<>();

    /** What the documents call themselves, also those that cannot be understood. */
    private final Set<String> names = new HashSet<>();

    /** Reads all documents, each for itself; what is wrong with the file as a whole is among the {@link #problems}. */
    List<PipelineDefinition> read(byte[] yaml) {
        try {
            List<YamlValue> documents = YamlTree.documents(SourceText.of(yaml), reading);
            if (documents.isEmpty()) {
                reading.problem(
                        Place.START,
                        Vocabulary.NAME.name(),
                        "There is no pipeline here: the file is empty.\nMaybe it was not saved.");
            }
            if (documents.size() > PipelineYaml.MOST_PIPELINES) {
                throw new Refusal(
                        documents.get(PipelineYaml.MOST_PIPELINES).place(),
                        "A file may have %d pipelines; this is one more.\nMaybe split it."
                                .formatted(PipelineYaml.MOST_PIPELINES));
            }
            documents.forEach(this::add);
        } catch (Refusal refusal) {
            reading.problems().add(refusal.problem());
        }
        return pipelines;
    }

    /** Looks at what the pipelines say of each other, and of {@code others} that are elsewhere. */
    void checkReferences(Set<String> others) {
        names.addAll(others);
        try {
            References.faults(pipelines, names)
                    .forEach(fault -> reading.problem(reading.placeOf(fault.where()), fault.key(), fault.message()));
        } catch (Refusal refusal) {
            reading.problems().add(refusal.problem());
        }
    }

    /** Reads the JSON Schemas that rules name by their files. */
    void inlineSchemas(Path folder) {
        try {
            pipelines.replaceAll(pipeline -> SchemaFiles.inlined(pipeline, check -> inlined(check, folder)));
        } catch (Refusal refusal) {
            reading.problems().add(refusal.problem());
        }
    }

    private AnswerCheck inlined(AnswerCheck check, Path folder) {
        if (check instanceof AnswerCheck.JsonSchemaFile file) {
            try {
                return SchemaFiles.read(file, folder);
            } catch (ExofluxException e) {
                reading.refused(reading.placeOf(file), e);
            }
        }
        return check;
    }

    /** In the order of their places. */
    List<Problem> problems() {
        return reading.problems().stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }

    private void add(YamlValue document) {
        Optional<YamlValue> name = nameOf(document);
        if (name.isPresent() && name.get() instanceof Scalar scalar) {
            names.add(scalar.text());
        }
        PipelineDefinition pipeline = Vocabulary.PIPELINE.read("The document", document, reading);
        if (pipeline != null) {
            pipelines.add(pipeline);
            reading.place(pipeline, name.map(YamlValue::place).orElse(document.place()));
        }
    }

    private static Optional<YamlValue> nameOf(YamlValue document) {
        return document instanceof Fields fields
                ? fields.fields().stream()
                        .filter(field -> field.key().equals(Vocabulary.NAME.name()))
                        .map(Field::value)
                        .findFirst()
                : Optional.empty();
    }
}
