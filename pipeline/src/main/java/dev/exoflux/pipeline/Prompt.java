package dev.exoflux.pipeline;

import java.util.List;
import java.util.Map;

/** What a sequence starts from. */
public sealed interface Prompt {

    /**
     * A conversation, rendered by the model's chat template.
     *
     * @param messages each with {@code role} and {@code content}, and whatever else the template reads
     * @param variables further template variables, such as {@code tools} or {@code enable_thinking}; {@code
     *     add_generation_prompt} is true unless it is among them
     */
    record Chat(List<Map<String, Object>> messages, Map<String, Object> variables) implements Prompt {}

    /** Plain text to go on from, encoded with the tokenizer's own special tokens (such as a leading BOS). */
    record Text(String text) implements Prompt {}

    /** Token ids, taken as they are. */
    record Ids(List<Integer> ids) implements Prompt {}
}
