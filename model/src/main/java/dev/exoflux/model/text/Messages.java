package dev.exoflux.model.text;

import dev.exoflux.model.ExofluxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happens to messages before a template sees them. */
final class Messages {

    /** Names that reasoning goes by; templates read the first, and some the second. */
    private static final List<String> REASONING = List.of("reasoning_content", "thinking", "reasoning");

    private Messages() {}

    /**
     * As transformers 5 does it: fields that are null are left out, for templates tell only missing ones; reasoning is given
     * every name that templates know it by. And content takes the form that the template reads.
     */
    static List<Map<String, Object>> normalise(
            List<? extends Map<String, ? extends @Nullable Object>> messages, ContentForm form) {
        List<Map<String, Object>> normalised = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            Map<String, Object> message = new LinkedHashMap<>();
            messages.get(i).forEach((field, value) -> {
                if (value != null) {
                    message.put(field, value);
                }
            });
            nameReasoning(message);
            int index = i;
            message.computeIfPresent("content", (field, content) -> content(content, form, index));
            normalised.add(message);
        }
        return normalised;
    }

    private static void nameReasoning(Map<String, Object> message) {
        for (String name : REASONING) {
            Object reasoning = message.get(name);
            if (reasoning != null) {
                message.putIfAbsent("thinking", reasoning);
                message.put("reasoning_content", reasoning);
                return;
            }
        }
    }

    private static Object content(Object content, ContentForm form, int index) {
        if (content instanceof List<?> parts) {
            List<String> texts = texts(parts, index);
            return form == ContentForm.TEXT ? String.join("\n", texts) : content;
        }
        return content instanceof String && form == ContentForm.PARTS
                ? List.of(Map.of("type", "text", "text", content))
                : content;
    }

    private static List<String> texts(List<?> parts, int index) {
        List<String> texts = new ArrayList<>();
        for (Object part : parts) {
            if (part instanceof String text) {
                texts.add(text);
            } else if (part instanceof Map<?, ?> map && map.get("text") instanceof String text) {
                texts.add(text);
            } else {
                Object kind = part instanceof Map<?, ?> map ? map.get("type") : part;
                throw ExofluxException.invalid("messages", """
                        messages[%d].content has a part of the kind "%s"; this model reads text only.
                        Maybe send the parts of the type "text" alone.""".formatted(index, kind));
            }
        }
        return texts;
    }
}
