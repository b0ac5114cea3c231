package dev.exoflux.pipeline.compose;

import dev.exoflux.pipeline.Prompt;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a prompt says. */
final class PromptText {

    private PromptText() {}

    /** Its text, of a conversation what each message says on lines of its own; empty for token ids. */
    static String of(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Text text -> text.text();
            case Prompt.Chat chat ->
                chat.messages().stream()
                        .map(message -> said(message.get("content")))
                        .collect(Collectors.joining("\n"));
            case Prompt.Ids ids -> "";
        };
    }

    /** A content is a text, or a list of parts of which some have one. */
    private static String said(@Nullable Object content) {
        return switch (content) {
            case String text -> text;
            case List<?> parts -> parts.stream().map(PromptText::said).collect(Collectors.joining("\n"));
            case Map<?, ?> part -> said(part.get("text"));
            case null, default -> "";
        };
    }
}
