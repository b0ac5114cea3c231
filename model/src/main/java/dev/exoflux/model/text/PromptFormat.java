package dev.exoflux.model.text;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.text.template.ChatTemplate;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How one model wants a conversation written: its chat template with what transformers' {@code apply_chat_template} puts
 * around it. The prompt it gives is encoded without adding special tokens again. Thread-safe.
 *
 * <p>A template comes from {@code chat_template.jinja} and {@code additional_chat_templates/*.jinja}, or else from
 * {@code chat_template} in {@code tokenizer_config.json}, one or several by name; {@code tool_use} is taken for conversations
 * with tools, {@code default} for the others. A model without one can be loaded; only its {@link #render} fails.
 */
public final class PromptFormat {

    private final Map<String, String> specialTokens;
    private final ChatTemplates templates;
    private final Map<ChatTemplate, ContentForm> contentForms = new ConcurrentHashMap<>();

    private PromptFormat(Map<String, String> specialTokens, ChatTemplates templates) {
        this.specialTokens = Map.copyOf(specialTokens);
        this.templates = templates;
    }

    /**
     * Reads a model's directory; templates are parsed only when used.
     *
     * @throws ExofluxException with {@link ErrorCode#MODEL_INVALID} for a file that cannot be read
     */
    public static PromptFormat load(Path directory) {
        TokenizerConfig config = TokenizerConfig.read(directory);
        return new PromptFormat(config.specialTokens(), new ChatTemplates(directory, config));
    }

    /** Whether the model has a chat template, and so can be sent messages. */
    public boolean hasTemplate() {
        return !templates.isEmpty();
    }

    /**
     * Parses every template there is, so that a damaged one is known before a request needs it.
     *
     * @throws ExofluxException with {@link ErrorCode#TEMPLATE_ERROR}, naming file, line and column
     */
    public void check() {
        templates.check();
    }

    /** A special token by its role ({@code bos_token}, {@code eos_token}, ...) as the tokenizer spells it, null if not set. */
    public @Nullable String specialToken(String role) {
        return specialTokens.get(role);
    }

    /**
     * The prompt of a conversation. Content that comes in parts is joined where the template only knows text.
     *
     * @param messages JSON-like: each with {@code role} and {@code content}, and whatever else the template reads
     * @param variables JSON-like: {@code tools}, {@code add_generation_prompt} (false where it is not given) and any other
     *     variable; they go before the special tokens of the same name
     * @throws ExofluxException with {@link ErrorCode#TEMPLATE_ERROR} if there is no template, it cannot be parsed or fails for
     *     these messages; with {@link ErrorCode#INVALID_REQUEST} for content that is not text
     */
    public String render(
            List<? extends Map<String, ? extends @Nullable Object>> messages,
            Map<String, ? extends @Nullable Object> variables) {
        ChatTemplate template = templates.choose(variables.get("tools") != null);
        ContentForm form = contentForms.computeIfAbsent(template, this::contentForm);
        return render(template, Messages.normalise(messages, form), variables);
    }

    private ContentForm contentForm(ChatTemplate template) {
        return ContentForm.of(messages -> render(template, messages, Map.of()));
    }

    private String render(
            ChatTemplate template,
            List<? extends Map<String, ? extends @Nullable Object>> messages,
            Map<String, ? extends @Nullable Object> variables) {
        Map<String, @Nullable Object> all = new HashMap<>(specialTokens);
        all.put("tools", null);
        all.put("documents", null);
        all.put("add_generation_prompt", false);
        all.putAll(variables);
        all.put("messages", messages);
        return template.render(all);
    }
}
