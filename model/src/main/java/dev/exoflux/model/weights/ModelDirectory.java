package dev.exoflux.model.weights;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model's directory, described and checked as far as that goes without its weights.
 *
 * @param id the model's name, such as {@code org/name}
 * @param path absolute
 * @param generation {@link GenerationConfig#ABSENT} where there is no such file
 */
public record ModelDirectory(String id, Path path, ModelConfig config, GenerationConfig generation) {

    /**
     * Reads the configuration files of a directory.
     *
     * @throws ExofluxException MODEL_NOT_FOUND if there is no such directory, MODEL_INVALID if it holds no model or a
     *     damaged one, UNSUPPORTED for a kind of model that exoflux does not run
     */
    public static ModelDirectory open(String id, Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(path)) {
            throw new ExofluxException(
                    ErrorCode.MODEL_NOT_FOUND,
                    Files.exists(path) ? path + " is not a directory" : "There is no directory " + path);
        }
        ModelConfig config = ModelConfig.read(path.resolve("config.json"));
        return new ModelDirectory(id, path, config, GenerationConfig.read(path.resolve("generation_config.json")));
    }

    /** Tokens that end an answer: those of the generation settings, else those of the model. */
    public List<Integer> eosIds() {
        return generation.eosIds().isEmpty() ? config.eosIds() : generation.eosIds();
    }

    /** Where the tokenizer should be; it may be missing. */
    public Path tokenizer() {
        return path.resolve("tokenizer.json");
    }

    public Optional<Path> tokenizerConfig() {
        return existing("tokenizer_config.json");
    }

    /** The chat template's own file, which goes before the one in the tokenizer's configuration. */
    public Optional<Path> chatTemplate() {
        return existing("chat_template.jinja");
    }

    private Optional<Path> existing(String name) {
        return Optional.of(path.resolve(name)).filter(Files::isRegularFile);
    }

    /** Opens the weights; the caller closes them. */
    public Checkpoint checkpoint() {
        return Checkpoint.open(path);
    }

    /**
     * What the model is, from the headers of all its weight files.
     *
     * @throws ExofluxException MODEL_INVALID where one is missing or damaged
     */
    public ModelCard card() {
        try (Checkpoint checkpoint = checkpoint()) {
            return ModelCensus.take(id, config, checkpoint);
        }
    }

    /**
     * What each of its layers takes, from the headers of all its weight files.
     *
     * @throws ExofluxException MODEL_INVALID where one is missing or damaged
     */
    public WeightSizes weightSizes() {
        try (Checkpoint checkpoint = checkpoint()) {
            return WeightSizes.take(config, checkpoint);
        }
    }
}
