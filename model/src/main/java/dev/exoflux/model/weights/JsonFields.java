package dev.exoflux.model.weights;

import static dev.exoflux.model.weights.ModelErrors.invalid;
import static dev.exoflux.model.weights.ModelErrors.shown;

import dev.exoflux.model.ExofluxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON object in a file of a model, read without leniency: a field of the wrong type is an error that names the file,
 * the field and its value. A field that is {@code null} counts as absent, as it does for transformers.
 */
final class JsonFields {

    private static final int MAX_DEPTH = 32;
    private static final int MAX_TEXT = 1 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_TEXT)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes Infinity and NaN
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final String path;
    private final JsonNode object;

    private JsonFields(Path file, String path, JsonNode object) {
        this.file = file;
        this.path = path;
        this.object = object;
    }

    /** Reads a file of at most {@code maxBytes}. */
    static JsonFields read(Path file, long maxBytes) {
        JsonNode root;
        try {
            if (!Files.isRegularFile(file)) {
                throw invalid(file, Files.exists(file) ? "is not a file" : "there is no such file");
            }
            if (Files.size(file) > maxBytes) {
                throw invalid(file, "is " + Files.size(file) + " bytes long; at most " + maxBytes + " are read");
            }
            root = MAPPER.readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw invalid(file, "cannot be read: " + e, e);
        } catch (JacksonException e) {
            throw invalid(file, "is not well-formed JSON: " + shown(e.getOriginalMessage()), e);
        }
        if (!root.isObject()) {
            throw invalid(file, "is not a JSON object");
        }
        return new JsonFields(file, "", root);
    }

    Path file() {
        return file;
    }

    Collection<String> names() {
        return object.propertyNames();
    }

    boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** Whether the field is there and null, which for a few fields says more than its absence. */
    boolean isNull(String name) {
        return object.has(name) && !has(name);
    }

    boolean isObject(String name) {
        return object.path(name).isObject();
    }

    boolean isBoolean(String name) {
        return object.path(name).isBoolean();
    }

    /** The object in that field, empty where there is none. */
    Optional<JsonFields> object(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!isObject(name)) {
            throw wrong(name, "an object");
        }
        return Optional.of(new JsonFields(file, path + name + ".", object.get(name)));
    }

    /** A whole number in {@code [1, most]} that must be there. */
    int count(String name, int most) {
        if (!has(name)) {
            throw missing(name);
        }
        JsonNode value = object.get(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1 || value.intValue() > most) {
            throw wrong(name, "a whole number from 1 to " + most);
        }
        return value.intValue();
    }

    int count(String name, int most, int otherwise) {
        return has(name) ? count(name, most) : otherwise;
    }

    /** A finite number of at least {@code least}. */
    double number(String name, double least, double otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = object.get(name);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue()) || value.doubleValue() < least) {
            throw wrong(name, "a number of at least " + least);
        }
        return value.doubleValue();
    }

    /** A finite number greater than zero that must be there. */
    double positive(String name) {
        if (!has(name)) {
            throw missing(name);
        }
        double value = number(name, 0, 0);
        if (value == 0) {
            throw wrong(name, "a number greater than 0");
        }
        return value;
    }

    boolean flag(String name, boolean otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        if (!isBoolean(name)) {
            throw wrong(name, "true or false");
        }
        return object.get(name).booleanValue();
    }

    Optional<String> text(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        if (!object.get(name).isString()) {
            throw wrong(name, "a string");
        }
        return Optional.of(object.get(name).stringValue());
    }

    /** The strings of an array; empty where there is none. */
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        if (has(name)) {
            if (!object.get(name).isArray()) {
                throw wrong(name, "an array of strings");
            }
            for (JsonNode item : object.get(name)) {
                if (!item.isString()) {
                    throw wrong(name, "an array of strings");
                }
                texts.add(item.stringValue());
            }
        }
        return texts;
    }

    /** Token ids, given as one number or as an array; empty where there is none. */
    List<Integer> ids(String name) {
        List<Integer> ids = new ArrayList<>();
        if (has(name)) {
            JsonNode value = object.get(name);
            for (JsonNode item : value.isArray() ? value : List.of(value)) {
                if (!item.isIntegralNumber() || !item.canConvertToInt() || item.intValue() < 0) {
                    throw wrong(name, "a token id or an array of them");
                }
                ids.add(item.intValue());
            }
        }
        return ids;
    }

    ExofluxException missing(String name) {
        return invalid(file, path + name + " is missing");
    }

    ExofluxException wrong(String name, String expected) {
        return invalid(
                file, path + shown(name) + " is " + shown(String.valueOf(object.get(name))) + ", not " + expected);
    }

    /** That what the field asks for is not done, though it is well-formed. */
    ExofluxException unsupported(String name, String advice) {
        return ModelErrors.unsupported(
                file,
                path + shown(name) + " " + shown(String.valueOf(object.get(name))) + " is not supported\n" + advice);
    }
}
