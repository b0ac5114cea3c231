package dev.exoflux.model.text;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** The small text files that describe a model's text. */
final class ModelJson {

    private static final long MAX_BYTES = 32L << 20;

    private ModelJson() {}

    /** A JSON file as a tree; a missing node where there is no such file, {@link ErrorCode#MODEL_INVALID} for a damaged one. */
    static JsonNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            return MissingNode.getInstance();
        }
        try {
            return JsonMapper.shared().readTree(bytes(file));
        } catch (JacksonException e) {
            throw invalid(file, String.valueOf(e.getOriginalMessage()), e);
        }
    }

    /** The text of a file in UTF-8. */
    static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw tooLarge(file);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw invalid(file, e.toString(), e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw tooLarge(file);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw invalid(file, e.toString(), e);
        }
    }

    private static ExofluxException tooLarge(Path file) {
        return invalid(file, "it is larger than %d MiB".formatted(MAX_BYTES >> 20), null);
    }

    private static ExofluxException invalid(Path file, String why, @Nullable Throwable cause) {
        return new ExofluxException(ErrorCode.MODEL_INVALID, """
                %s cannot be read: %s.
                Maybe the file is damaged; download it again.""".formatted(file, why), cause);
    }
}
