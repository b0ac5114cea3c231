package dev.exoflux.web.openai;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.GenerationRequest;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.web.http.Fields;
import dev.exoflux.web.http.PlainValues;
import java.util.Map;
import java.util.Objects;

/**
 * The body of {@code POST /v1/chat/completions}.
 *
 * @param topLogprobs -1 for no log-probabilities
 */
record ChatRequest(AnswerFields answer, Prompt.Chat conversation, int maxTokens, int topLogprobs) {

    static ChatRequest read(Fields fields) {
        AnswerFields answer = AnswerFields.read(fields);
        refuseOtherKindsOfAnswers(fields);
        Fields variables = fields.object("chat_template_kwargs");
        return new ChatRequest(
                answer,
                new Prompt.Chat(
                        ChatMessages.read(fields),
                        variables == null ? Map.of() : PlainValues.ofObject(variables.node())),
                maxTokens(fields),
                topLogprobs(fields));
    }

    /** What would come out differently if it were honoured: anything but plain text. */
    private static void refuseOtherKindsOfAnswers(Fields fields) {
        fields.only("response_format", "{\"type\":\"text\"}");
        fields.only("modalities", "[\"text\"]");
        fields.only("tools", "[]");
        fields.only("tool_choice", "\"none\"");
    }

    private static int maxTokens(Fields fields) {
        Integer older = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
        Integer newer = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        if (older != null && newer != null && !older.equals(newer)) {
            throw fields.wrong(
                    "max_tokens",
                    Objects.requireNonNull(fields.value("max_tokens")),
                    "max_completion_tokens is %d, and both mean the same".formatted(newer));
        }
        if (newer != null) {
            return newer;
        }
        return older == null ? GenerationRequest.TO_THE_END : older;
    }

    private static int topLogprobs(Fields fields) {
        boolean logprobs = fields.flag("logprobs", false);
        Integer top = fields.integer("top_logprobs", 0, SamplingSettings.MAX_TOP_LOGPROBS);
        if (top != null && top > 0 && !logprobs) {
            throw fields.wrong(
                    "top_logprobs",
                    Objects.requireNonNull(fields.value("top_logprobs")),
                    "it goes with \"logprobs\": true only");
        }
        if (!logprobs) {
            return -1;
        }
        return top == null ? 0 : top;
    }
}
