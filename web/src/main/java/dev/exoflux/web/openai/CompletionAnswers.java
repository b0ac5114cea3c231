package dev.exoflux.web.openai;

import dev.exoflux.web.http.EventStream;
import dev.exoflux.web.http.Json;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Plain completions on their way out, streamed or whole: one for each response, not thread-safe. */
final class CompletionAnswers {

    private final Answers answers;
    private final boolean logprobs;
    private final BitSet begun = new BitSet();
    private final int[] offsets;
    private Usage usage = Usage.NONE;
    private @Nullable List<Integer> promptIds;
    private final EndedAnswers ended;
    private @Nullable Extras extras;

    private CompletionAnswers(Answers answers, boolean logprobs) {
        this.answers = answers;
        this.logprobs = logprobs;
        this.offsets = new int[answers.count()];
        this.promptIds = answers.onlyPromptIds();
        this.ended = new EndedAnswers(answers.count());
    }

    /**
     * The events of a stream: the reason with the last text of a choice, usage where asked for. Demand, cancel and errors
     * pass through: a stream that fails does not end as if it were complete.
     */
    static Flux<byte[]> events(Answers answers, boolean logprobs) {
        return Flux.defer(() -> {
            CompletionAnswers stream = new CompletionAnswers(answers, logprobs);
            Flux<Completion> chunks = answers.pieces()
                    .map(piece -> stream.completion(List.of(stream.choice(piece)), null, stream.extras));
            Mono<Completion> usage = Mono.fromSupplier(() -> stream.completion(List.of(), stream.usage, null));
            return chunks.concatWith(answers.fields().includeUsage() ? usage : Mono.empty())
                    .map(Json::bytes)
                    .concatWithValues(EventStream.done());
        });
    }

    /** All in one. Cancel and errors pass through. */
    static Mono<Completion> whole(Answers answers, boolean logprobs) {
        return Mono.defer(() -> {
            CompletionAnswers whole = new CompletionAnswers(answers, logprobs);
            return answers.pieces()
                    .map(whole::choice)
                    .collectMultimap(Completion.Choice::index)
                    .map(pieces -> whole.completion(
                            Lists.byIndex(pieces).stream()
                                    .map(Completion.Choice::joined)
                                    .toList(),
                            whole.usage,
                            whole.ended.all()));
        });
    }

    private Completion.Choice choice(Piece piece) {
        usage = usage.plus(piece, answers.fields().choices());
        extras = ended.take(piece);
        int choice = piece.choice();
        int offset = offsets[choice];
        offsets[choice] += piece.text().codePointCount(0, piece.text().length());
        boolean opens = !begun.get(choice);
        begun.set(choice);
        return new Completion.Choice(
                choice,
                piece.text(),
                logprobs ? CompletionLogprobs.of(piece, offset, answers.model()) : null,
                piece.finishReason(),
                answers.answerIds(piece),
                opens ? answers.promptIdsOf(choice) : null);
    }

    private Completion completion(List<Completion.Choice> choices, @Nullable Usage total, @Nullable Extras said) {
        List<Integer> ids = promptIds;
        promptIds = null; // in the first chunk only
        return new Completion(
                answers.id(),
                "text_completion",
                answers.created(),
                answers.model().id(),
                choices,
                total,
                ids,
                said);
    }
}
