package dev.exoflux.web.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The body of a plain completion, and in the same form one event of a streamed one.
 *
 * @param promptTokenIds of the only prompt; with several they are found in the choices
 */
record Completion(
        String id,
        String object,
        long created,
        String model,
        List<Choice> choices,
        @Nullable Usage usage,
        @Nullable List<Integer> promptTokenIds,
        @Nullable Extras exoflux) {

    /** @param promptTokenIds of the prompt it answers; on a stream only in its first piece */
    record Choice(
            int index,
            String text,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            CompletionLogprobs logprobs,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String finishReason,

            @Nullable List<Integer> tokenIds,
            @Nullable List<Integer> promptTokenIds) {

        /** What a stream would have sent piece by piece, in one. */
        static Choice joined(List<Choice> pieces) {
            Choice last = pieces.getLast();
            return new Choice(
                    last.index,
                    pieces.stream().map(Choice::text).collect(Collectors.joining()),
                    last.logprobs == null ? null : logprobs(pieces),
                    last.finishReason,
                    last.tokenIds == null ? null : Lists.joined(pieces, Choice::tokenIds),
                    pieces.getFirst().promptTokenIds);
        }

        private static CompletionLogprobs logprobs(List<Choice> pieces) {
            return CompletionLogprobs.joined(pieces.stream()
                    .map(piece -> Objects.requireNonNull(piece.logprobs))
                    .toList());
        }
    }
}
