package dev.exoflux.dsl.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.exoflux.dsl.definition.PipelineDefinition;
import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes pipelines as YAML, of which JSON is a part. Pure but for {@link #read(Path)}; any thread.
 *
 * <p>The language is on one page, {@code docs/pipelines.md}. What is read is bounded: {@link #MOST_BYTES}, so many documents,
 * levels and values; tags are refused, and no class is ever chosen by what a file says.
 */
public final class PipelineYaml {

    /** Longest file. */
    public static final int MOST_BYTES = 1 << 20;

    /** Most pipelines of one file. */
    public static final int MOST_PIPELINES = 256;

    private PipelineYaml() {}

    /**
     * Reads a file and checks everything that can be checked without running it.
     *
     * @param source what it is called in messages
     * @param others names of pipelines that may be handed requests besides those of the file
     */
    public static PipelineFile check(String source, byte[] yaml, Set<String> others) {
        PipelineReader reader = new PipelineReader();
        List<PipelineDefinition> pipelines = reader.read(yaml);
        reader.checkReferences(others);
        return new PipelineFile(source, pipelines, reader.problems());
    }

    /** {@link #check(String, byte[], Set)} but for what pipelines say of each other: those they name may come later. */
    public static PipelineFile checkAlone(String source, byte[] yaml) {
        PipelineReader reader = new PipelineReader();
        List<PipelineDefinition> pipelines = reader.read(yaml);
        return new PipelineFile(source, pipelines, reader.problems());
    }

    /**
     * The pipelines of a text that stands for itself.
     *
     * @throws ExofluxException INVALID_REQUEST that tells every problem with line and column
     */
    public static List<PipelineDefinition> read(String source, byte[] yaml) {
        return check(source, yaml, Set.of()).orThrow();
    }

    /**
     * The pipelines of a file. Reads no more than it may have; blocks.
     *
     * @throws ExofluxException INVALID_REQUEST that tells every problem with line and column; INVALID_CONFIGURATION where the file
     *     cannot be read
     */
    public static List<PipelineDefinition> read(Path file) {
        return check(file, Set.of()).orThrow();
    }

    /**
     * {@link #check(String, byte[], Set)} of a file. Reads no more than it may have; blocks. JSON Schemas that it names by their files,
     * relative to its own folder, are read too, and are part of what it says.
     */
    public static PipelineFile check(Path file, Set<String> others) {
        try (InputStream in = Files.newInputStream(file)) {
            PipelineReader reader = new PipelineReader();
            List<PipelineDefinition> pipelines = reader.read(in.readNBytes(MOST_BYTES + 1));
            reader.checkReferences(others);
            reader.inlineSchemas(file.resolveSibling(""));
            return new PipelineFile(file.toString(), pipelines, reader.problems());
        } catch (NoSuchFileException e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION, "There is no file %s.\nMaybe check the path.".formatted(file), e);
        } catch (IOException e) {
            throw new ExofluxException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s cannot be read: %s.\nMaybe check the path.".formatted(file, e.getMessage()),
                    e);
        }
    }

    /**
     * Pipelines as one file, which read gives equal pipelines.
     *
     * @throws ExofluxException UNSUPPORTED for stages and rules that are functions in Java, and for what is longer or nested deeper
     *     than a file may be
     */
    public static String write(List<PipelineDefinition> pipelines) {
        String written = pipelines.stream()
                .map(pipeline -> YamlText.of(Vocabulary.PIPELINE.write(pipeline)))
                .collect(Collectors.joining("---\n"));
        PipelineReader reader = new PipelineReader();
        if (!reader.read(written.getBytes(UTF_8)).equals(pipelines)) {
            throw Unwritable.because(reader.problems().stream()
                    .findFirst()
                    .map(problem -> "read again, it fails. " + problem.message())
                    .orElse("a text in it is not Unicode."));
        }
        return written;
    }

    /** The JSON Schema (2020-12) of one document: what editors complete, and what the reader takes but for the rules that join keys. */
    public static String schema() {
        SchemaParts parts = new SchemaParts();
        Map<String, Object> top = Vocabulary.PIPELINE.schema(parts);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "exoflux pipeline");
        schema.putAll(top);
        schema.put("$defs", parts.all());
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                        .build()
                        .writeValueAsString(schema)
                + "\n";
    }
}
