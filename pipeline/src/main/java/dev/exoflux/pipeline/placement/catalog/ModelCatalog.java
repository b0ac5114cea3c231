package dev.exoflux.pipeline.placement.catalog;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Well-known models, for plans without their weights at hand. */
public final class ModelCatalog {

    /** Bits of a weight unless something else is asked for. */
    public static final int USUAL_BITS = 4;

    private static final String RESOURCE = "models.json";

    private ModelCatalog() {}

    /** All of them, read once. */
    private static final class Loaded {
        static final List<KnownModel> MODELS = read();

        private static List<KnownModel> read() {
            JsonMapper mapper = JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();
            try (InputStream in = ModelCatalog.class.getResourceAsStream(RESOURCE)) {
                if (in == null) {
                    throw new IllegalStateException(RESOURCE + " is missing");
                }
                return List.of(mapper.readValue(in, KnownModel[].class));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Every model of the catalogue. */
    public static List<KnownModel> all() {
        return Loaded.MODELS;
    }

    /**
     * The model of that name: its id, or the repository it is published in, with or without the owner.
     *
     * @throws ExofluxException MODEL_NOT_FOUND, naming those there are
     */
    public static KnownModel find(String name) {
        return lookUp(name)
                .orElseThrow(() -> new ExofluxException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "No model of the catalogue is called %s.\nMaybe one of: %s."
                                .formatted(
                                        name,
                                        String.join(
                                                ", ",
                                                all().stream()
                                                        .map(KnownModel::id)
                                                        .toList()))));
    }

    /** The same, empty where there is none. */
    public static Optional<KnownModel> lookUp(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        return all().stream()
                .filter(model -> model.id().equals(wanted) || published(model, wanted))
                .findFirst();
    }

    private static boolean published(KnownModel model, String wanted) {
        String repository =
                model.source().substring(model.source().lastIndexOf(' ') + 1).toLowerCase(Locale.ROOT);
        return repository.equals(wanted) || repository.endsWith("/" + wanted);
    }
}
