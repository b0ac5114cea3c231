package dev.exoflux.shell;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;

/** Whoever answers a chat: a running server, or a model in this very process. */
interface Assistant extends AutoCloseable {

    /** Id of the model that answers. */
    String model();

    /**
     * The answer to a conversation, piece by piece.
     *
     * <p>Cancelling stops the generation. Fails with {@link dev.exoflux.model.ExofluxException}.
     *
     * @param messages {@code role} and {@code content} of each, oldest first
     * @param notices is told, in a line and before the answer completes, what else there is to know of it: whether it was validated, and
     *     how many guesses were right
     */
    Flux<String> answer(List<Map<String, Object>> messages, ChatSettings settings, Consumer<String> notices);

    @Override
    void close();
}
