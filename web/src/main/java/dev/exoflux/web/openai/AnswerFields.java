package dev.exoflux.web.openai;

import dev.exoflux.web.http.Fields;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a request for answers says in the same words for chats and plain completions.
 *
 * @param model null where the request names none
 * @param choices answers wanted to each prompt ({@code n})
 * @param stream whether tokens are sent as they come
 * @param includeUsage whether a stream ends with a usage chunk
 * @param returnTokenIds whether choices carry their {@code token_ids} and the response the {@code prompt_token_ids}
 * @param urgency as the body says it
 */
record AnswerFields(
        @Nullable String model,
        int choices,
        boolean stream,
        boolean includeUsage,
        List<String> stop,
        boolean ignoreEos,
        boolean returnTokenIds,
        SamplingFields sampling,
        Urgency urgency) {

    private static final int MOST_CHOICES = 128;
    private static final int MOST_STOPS = 16;

    static AnswerFields read(Fields fields) {
        boolean stream = fields.flag("stream", false);
        Integer choices = fields.integer("n", 1, MOST_CHOICES);
        acceptWhatChangesNothing(fields);
        return new AnswerFields(
                fields.text("model"),
                choices == null ? 1 : choices,
                stream,
                includeUsage(fields, stream),
                stop(fields),
                fields.flag("ignore_eos", false),
                fields.flag("return_token_ids", false),
                SamplingFields.read(fields),
                Urgency.read(fields));
    }

    /** Labels for the service that answers, and wishes that are granted anyway. */
    private static void acceptWhatChangesNothing(Fields fields) {
        for (String label : List.of("user", "safety_identifier", "prompt_cache_key")) {
            fields.text(label);
        }
        fields.object("metadata");
        fields.only("store", "false");
        fields.only("service_tier", "\"auto\"", "\"default\"");
    }

    private static boolean includeUsage(Fields fields, boolean stream) {
        Fields options = fields.object("stream_options");
        if (options == null) {
            return false;
        }
        if (!stream) {
            throw fields.wrong("stream_options", options.node(), "it goes with \"stream\": true only");
        }
        boolean include = options.flag("include_usage", false);
        options.only("include_obfuscation", "false");
        options.refuseOthers();
        return include;
    }

    private static List<String> stop(Fields fields) {
        JsonNode value = fields.value("stop");
        if (value == null) {
            return List.of();
        }
        if (!value.isString() && !value.isArray()) {
            throw fields.wrong("stop", value, "it must be a string or an array of strings");
        }
        List<String> stops = value.isString() ? List.of(value.stringValue()) : fields.texts("stop", value);
        if (stops.contains("") || stops.size() > MOST_STOPS) {
            throw fields.wrong(
                    "stop", value, "it must be a string or at most %d strings, none empty".formatted(MOST_STOPS));
        }
        return stops;
    }
}
