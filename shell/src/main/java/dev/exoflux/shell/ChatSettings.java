package dev.exoflux.shell;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of an answer; null leaves it to the model.
 */
record ChatSettings(
        @Nullable String system,
        @Nullable Float temperature,
        @Nullable Float topP,
        @Nullable Integer maxTokens,
        @Nullable Long seed) {

    /** The fields of an OpenAI chat request that are set. */
    Map<String, Object> asRequestFields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "temperature", temperature);
        put(fields, "top_p", topP);
        put(fields, "max_tokens", maxTokens);
        put(fields, "seed", seed);
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
