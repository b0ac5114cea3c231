package dev.exoflux.pipeline;

import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.text.Detokenizer;
import dev.exoflux.model.text.PromptFormat;
import dev.exoflux.model.text.StopStrings;
import dev.exoflux.model.text.Tokenizer;
import dev.exoflux.model.weights.ModelDirectory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one part of a running model that knows text. Thread-safe; its work may take a while, and is no event loop's. */
final class ModelText implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelText.class);

    /** Tokens of a prompt that decide how the text of the first answered one looks: a space before it, half a character. */
    private static final int CONTEXT = 32;

    private final Tokenizer tokenizer;
    private final PromptFormat format;
    private final Set<Integer> ends;

    private ModelText(Tokenizer tokenizer, PromptFormat format, Set<Integer> ends) {
        this.tokenizer = tokenizer;
        this.format = format;
        this.ends = ends;
    }

    /**
     * Reads tokenizer and chat template. A template that cannot be used is no reason not to run the model: only conversations
     * need it.
     *
     * @param cache directory for the tokenizer's native library
     * @throws ExofluxException MODEL_INVALID for a missing or damaged tokenizer
     */
    static ModelText load(ModelDirectory directory, Path cache) {
        PromptFormat format = PromptFormat.load(directory.path());
        try {
            format.check();
        } catch (ExofluxException e) {
            LOG.warn("{} cannot take conversations: {}", directory.id(), e.getMessage());
        }
        Tokenizer tokenizer = Tokenizer.load(directory.tokenizer(), cache);
        return new ModelText(tokenizer, format, ends(directory, tokenizer, format));
    }

    /** What the model's files call an end: chat models often name theirs in the tokenizer's settings only. */
    private static Set<Integer> ends(ModelDirectory directory, Tokenizer tokenizer, PromptFormat format) {
        Set<Integer> ends = new HashSet<>(directory.eosIds());
        String token = format.specialToken("eos_token");
        Integer id = token == null ? null : tokenizer.idOf(token);
        if (id != null) {
            ends.add(id);
        }
        return Set.copyOf(ends);
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Tokens that end an answer. */
    Set<Integer> ends() {
        return ends;
    }

    /** A prompt's ids: only plain text gets the special tokens that the tokenizer adds of its own accord. */
    int[] encode(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Chat chat -> tokenizer.encode(render(chat), false);
            case Prompt.Text text -> tokenizer.encode(text.text(), true);
            case Prompt.Ids ids ->
                ids.ids().stream().mapToInt(Integer::intValue).toArray();
        };
    }

    /** A conversation as the model's chat template writes it: up to where the model is to go on, unless told otherwise. */
    String render(Prompt.Chat conversation) {
        Map<String, @Nullable Object> variables = new HashMap<>(conversation.variables());
        variables.putIfAbsent("add_generation_prompt", true);
        return format.render(conversation.messages(), variables);
    }

    /** The text of an answer to {@code request}, whose prompt has become {@code ids}. */
    AnswerText answer(GenerationRequest request, int[] ids) {
        return new AnswerText(detokenizer(request, ids), new StopStrings(request.stop()), ids.length);
    }

    /** An answer to a conversation is a text of its own; anything else goes on from its prompt. */
    private Detokenizer detokenizer(GenerationRequest request, int[] ids) {
        if (request.echo() || request.prompt() instanceof Prompt.Chat) {
            return tokenizer.detokenizer(true);
        }
        return tokenizer.detokenizerAfter(Arrays.copyOfRange(ids, Math.max(0, ids.length - CONTEXT), ids.length), true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
