package dev.exoflux.pipeline;

import dev.exoflux.model.ErrorCode;
import dev.exoflux.model.ExofluxException;
import dev.exoflux.model.text.Detokenizer;
import dev.exoflux.model.text.StopStrings;
import dev.exoflux.model.text.Tokenizer;
import dev.exoflux.model.weights.ModelDirectory;
import java.nio.file.Path;
import java.util.Arrays;

/** The one part of a running model that knows text. Thread-safe; its work may take a while, and is no event loop's. */
final class ModelText implements AutoCloseable {

    /** Tokens of a prompt that decide how the text of the first answered one looks: a space before it, half a character. */
    private static final int CONTEXT = 32;

    private final Tokenizer tokenizer;

    private ModelText(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * @param cache directory for the tokenizer's native library
     * @throws dev.exoflux.model.ExofluxException MODEL_INVALID for a missing or damaged tokenizer or template
     */
    static ModelText load(ModelDirectory directory, Path cache) {
        return new ModelText(Tokenizer.load(directory.tokenizer(), cache));
    }

    Tokenizer tokenizer() {
        return tokenizer;
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

    /** A conversation as the model's chat template writes it. */
    @SuppressWarnings("DoNotCallSuggester")
    String render(Prompt.Chat conversation) {
        throw new ExofluxException(
                ErrorCode.UNSUPPORTED,
                "%d messages: chat templates are not read yet."
                        .formatted(conversation.messages().size()));
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
