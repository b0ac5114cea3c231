package dev.exoflux.web.openai;

import dev.exoflux.web.http.EventStream;
import dev.exoflux.web.http.Json;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers to a chat on their way out, streamed or whole: one for each response, not thread-safe. */
final class ChatAnswers {

    private final Answers answers;
    private final boolean logprobs;
    private final BitSet begun = new BitSet();
    private Usage usage = Usage.NONE;
    private @Nullable List<Integer> promptIds;
    private final EndedAnswers ended;
    private @Nullable Extras extras;

    private ChatAnswers(Answers answers, boolean logprobs) {
        this.answers = answers;
        this.logprobs = logprobs;
        this.promptIds = answers.onlyPromptIds();
        this.ended = new EndedAnswers(answers.count());
    }

    /**
     * The events of a stream: the role with the first text of a choice, the reason with its last, usage where asked for.
     * Demand, cancel and errors pass through: a stream that fails does not end as if it were complete.
     */
    static Flux<byte[]> events(Answers answers, boolean logprobs) {
        return Flux.defer(() -> {
            ChatAnswers stream = new ChatAnswers(answers, logprobs);
            Flux<ChatChunk> chunks =
                    answers.pieces().map(piece -> stream.chunk(List.of(stream.choice(piece)), null, stream.extras));
            Mono<ChatChunk> usage = Mono.fromSupplier(() -> stream.chunk(List.of(), stream.usage, null));
            return chunks.concatWith(answers.fields().includeUsage() ? usage : Mono.empty())
                    .map(Json::bytes)
                    .concatWithValues(EventStream.done());
        });
    }

    /** All in one. Cancel and errors pass through. */
    static Mono<ChatCompletion> whole(Answers answers, boolean logprobs) {
        return Mono.defer(() -> {
            ChatAnswers whole = new ChatAnswers(answers, logprobs);
            return answers.pieces()
                    .map(whole::choice)
                    .collectMultimap(ChatChunk.Choice::index)
                    .map(pieces -> whole.completion(Lists.byIndex(pieces)));
        });
    }

    private ChatChunk.Choice choice(Piece piece) {
        usage = usage.plus(piece, answers.fields().choices());
        extras = ended.take(piece);
        boolean opens = !begun.get(piece.choice());
        begun.set(piece.choice());
        return new ChatChunk.Choice(
                piece.choice(),
                new ChatChunk.Delta(opens ? "assistant" : null, piece.text().isEmpty() && !opens ? null : piece.text()),
                logprobs ? ChatLogprobs.of(piece, answers.model()) : null,
                piece.finishReason(),
                answers.answerIds(piece));
    }

    private ChatChunk chunk(List<ChatChunk.Choice> choices, @Nullable Usage total, @Nullable Extras said) {
        List<Integer> ids = promptIds;
        promptIds = null; // in the first chunk only
        return new ChatChunk(
                answers.id(),
                "chat.completion.chunk",
                answers.created(),
                answers.model().id(),
                choices,
                total,
                ids,
                said);
    }

    private ChatCompletion completion(List<List<ChatChunk.Choice>> choices) {
        return new ChatCompletion(
                answers.id(),
                "chat.completion",
                answers.created(),
                answers.model().id(),
                choices.stream().map(ChatCompletion.Choice::joined).toList(),
                usage,
                promptIds,
                ended.all());
    }
}
