package dev.exoflux.model.text;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.text.template.ChatTemplate;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The chat templates of one model by name, each parsed when it is first used. Template files of their own take the place of
 * those in {@code tokenizer_config.json}, as in transformers. Thread-safe.
 */
final class ChatTemplates {

    /** The template where nothing asks for another. */
    static final String DEFAULT = "default";

    /** The template for conversations with tools. */
    static final String TOOL_USE = "tool_use";

    private static final String SUFFIX = ".jinja";

    private final String model;
    private final Map<String, Source> sources = new TreeMap<>();
    private final Map<String, ChatTemplate> parsed = new ConcurrentHashMap<>();

    /** @param origin the file, as it may be shown to a client: within the model's directory */
    private record Source(String origin, String text) {}

    ChatTemplates(Path directory, TokenizerConfig config) {
        model = String.valueOf(directory.getFileName());
        addFile(DEFAULT, directory.resolve("chat_template.jinja"));
        addFiles(directory.resolve("additional_chat_templates"));
        if (sources.isEmpty()) {
            String origin = model + "/tokenizer_config.json";
            config.chatTemplates().forEach((name, text) -> sources.put(name, new Source(origin, text)));
        }
    }

    private void addFile(String name, Path file) {
        if (Files.isRegularFile(file)) {
            sources.put(name, new Source(model + "/" + file.getFileName(), ModelJson.text(file)));
        }
    }

    private void addFiles(Path additional) {
        if (!Files.isDirectory(additional)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(additional, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                addFile(name.substring(0, name.length() - SUFFIX.length()), file);
            }
        } catch (IOException e) {
            throw new ExofluxException(ErrorCode.MODEL_INVALID, "%s cannot be read: %s.".formatted(additional, e), e);
        }
    }

    boolean isEmpty() {
        return sources.isEmpty();
    }

    /** Parses them all. */
    void check() {
        sources.keySet().forEach(this::named);
    }

    /** The template that transformers would take. */
    ChatTemplate choose(boolean tools) {
        if (tools && sources.containsKey(TOOL_USE)) {
            return named(TOOL_USE);
        }
        if (sources.containsKey(DEFAULT)) {
            return named(DEFAULT);
        }
        throw new ExofluxException(
                ErrorCode.TEMPLATE_ERROR,
                sources.isEmpty() ? """
                        The model %s has no chat template, so it cannot be sent messages.
                        Maybe it is a base model: send a prompt to /v1/completions, or give it a chat_template.jinja.""".formatted(model) : """
                        The model %s has the chat templates %s, and none is named default.
                        Maybe give it a chat_template.jinja.""".formatted(model, sources.keySet()));
    }

    private ChatTemplate named(String name) {
        return parsed.computeIfAbsent(name, this::parse);
    }

    private ChatTemplate parse(String name) {
        Source source = Objects.requireNonNull(sources.get(name));
        try {
            return ChatTemplate.parse(source.text);
        } catch (ExofluxException e) {
            throw new ExofluxException(e.code(), source.origin + ": " + e.getMessage(), e);
        }
    }
}
