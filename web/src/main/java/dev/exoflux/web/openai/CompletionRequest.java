package dev.exoflux.web.openai;

import dev.exoflux.model.SamplingSettings;
import dev.exoflux.pipeline.Prompt;
import dev.exoflux.web.http.Fields;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The body of {@code POST /v1/completions}.
 *
 * @param prompts at least one; each is answered {@code n} times
 * @param topLogprobs -1 for no log-probabilities
 */
record CompletionRequest(AnswerFields answer, List<Prompt> prompts, int maxTokens, boolean echo, int topLogprobs) {

    /** OpenAI's own default. */
    private static final int DEFAULT_MAX_TOKENS = 16;

    private static final int MOST_PROMPTS = 128;

    static CompletionRequest read(Fields fields) {
        AnswerFields answer = AnswerFields.read(fields);
        fields.only("suffix");
        fields.only("best_of", Integer.toString(answer.choices()));
        boolean echo = fields.flag("echo", false);
        Integer maxTokens = fields.integer("max_tokens", echo ? 0 : 1, Integer.MAX_VALUE);
        Integer logprobs = fields.integer("logprobs", 0, SamplingSettings.MAX_TOP_LOGPROBS);
        return new CompletionRequest(
                answer,
                prompts(fields),
                maxTokens == null ? DEFAULT_MAX_TOKENS : maxTokens,
                echo,
                logprobs == null ? -1 : logprobs);
    }

    /** A text, token ids, or an array of either. */
    private static List<Prompt> prompts(Fields fields) {
        JsonNode prompt = fields.value("prompt");
        if (prompt == null) {
            throw fields.missing("prompt");
        }
        if (prompt.isString()) {
            return List.of(new Prompt.Text(prompt.stringValue()));
        }
        if (!prompt.isArray() || prompt.isEmpty()) {
            throw fields.wrong("prompt", prompt, "it must be a text, an array of token ids, or an array of either");
        }
        JsonNode first = prompt.get(0);
        if (first.isNumber()) {
            return List.of(new Prompt.Ids(fields.ids("prompt", prompt)));
        }
        if (prompt.size() > MOST_PROMPTS) {
            throw fields.wrong("prompt", prompt, "it can hold at most " + MOST_PROMPTS + " prompts");
        }
        return first.isString()
                ? fields.texts("prompt", prompt).stream()
                        .<Prompt>map(Prompt.Text::new)
                        .toList()
                : fields.elements("prompt", prompt, (path, ids) -> new Prompt.Ids(Fields.idsAt(path, ids)));
    }
}
